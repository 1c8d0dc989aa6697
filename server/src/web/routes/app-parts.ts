import type { Commands } from '../../common/commands.ts';
import type { ReadingChild } from '../../ipc.ts';
import type { Access } from '../gate/access.ts';
import type { Guard } from '../gate/guard.ts';
import type { KernelWatch } from '../live/kernel-watch.ts';
import type { Memories } from '../link/memories.ts';
import type { Page } from './page.ts';
import type { Places } from '../gate/places.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/** What the routes answer from. */
export interface AppParts {
  readonly guard: Guard;
  readonly access: Access;
  readonly places: Places;
  readonly reader: ReaderLink;
  /** The process that opens files of others. */
  readonly files: ReaderLink;
  readonly memories: Memories;
  readonly kernel: KernelWatch;
  readonly page: Page;
  readonly version: string;
  /** What a person can type, in words for people. */
  readonly commands: Commands;
  /** See ConfigMessage. */
  readonly notes: readonly string[];
  /** Of the reader and of `files`: how many were killed and are still there, since the kernel holds them; null: nobody counts. */
  readonly lingering: Readonly<Record<ReadingChild, number>> | null;
  /** Names of --metrics-match. */
  readonly metricsMatch: readonly string[];
}
