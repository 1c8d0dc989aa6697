import type { SystemInfo } from '../../server/src/reader/protocol/protocol.ts';
import type { KnownMapping } from '../fixtures/fixture.ts';

/** What maps-in-guest.ts prints, as JSON. */
export interface MapsReport {
  readonly system: SystemInfo;
  readonly processes: readonly SeenProcess[];
}

/** One process, by the kernel, by the reader, and by itself. */
export interface SeenProcess {
  readonly name: ProcessName;
  /** /proc/PID/maps, one char per byte. */
  readonly maps: string;
  /** What `procmap --pid` draws, and what it writes as CSV. */
  readonly text: string;
  readonly csv: string;
  /** The reader's snapshot frame, in base64. */
  readonly frame: string;
  readonly mappings: readonly KnownMapping[];
  /** Of the line "ready". */
  readonly ready: readonly string[];
}

/** `3 GiB`: started under `setarch --3gb`. */
export const PROCESS_NAMES = ['known', 'known, 3 GiB', 'bits32', 'bits32, 3 GiB', 'high', 'high32', 'high32, 3 GiB'] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];
