import type { Access } from './access.ts';
import type { Guard } from './guard.ts';
import type { KernelWatch } from './kernel-watch.ts';
import type { Memories } from './memories.ts';
import type { PageFiles } from './page-files.ts';
import type { Peers } from './peers.ts';
import type { ReaderLink } from './reader-link.ts';

/** What the routes answer from. */
export interface AppParts {
  readonly guard: Guard;
  readonly access: Access;
  readonly peers: Peers;
  readonly reader: ReaderLink;
  readonly memories: Memories;
  readonly kernel: KernelWatch;
  readonly page: PageFiles;
  readonly version: string;
  /** Names of --metrics-match. */
  readonly metricsMatch: readonly string[];
}
