import type { Commands } from '../../common/commands.ts';
import type { ReadingChild } from '../../ipc.ts';
import type { Access } from '../gate/access.ts';
import type { Guard } from '../gate/guard.ts';
import type { KernelWatch } from '../live/kernel-watch.ts';
import type { Memories } from '../link/memories.ts';
import type { Page } from './page.ts';
import type { Places } from '../gate/places.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** Services that the routes use. */
export interface AppParts {
  readonly guard: Guard;
  readonly access: Access;
  readonly places: Places;
  readonly reader: ReaderLink;
  /** The files process. */
  readonly files: ReaderLink;
  readonly memories: Memories;
  readonly kernel: KernelWatch;
  readonly page: Page;
  readonly version: string;
  /** Commands that texts for people mention. */
  readonly commands: Commands;
  /** See ConfigMessage. */
  readonly notes: readonly string[];
  /** Number of killed reader and files processes that still exist, since the kernel holds them; null: unknown. */
  readonly lingering: Readonly<Record<ReadingChild, number>> | null;
  /** Names of --metrics-match. */
  readonly metricsMatch: readonly string[];
}
