import type { SystemInfo } from '../../server/src/reader/protocol/protocol.ts';
import type { KnownMapping } from '../fixtures/fixture.ts';

/** Output of maps-in-guest.ts, as JSON. */
export interface MapsReport {
  readonly system: SystemInfo;
  readonly processes: readonly SeenProcess[];
}

/** One process as described by the kernel, by the reader, and by itself. */
export interface SeenProcess {
  readonly name: ProcessName;
  /** /proc/PID/maps as a byte string. */
  readonly maps: string;
  /** Output of `procmap --pid`: the picture and the CSV. */
  readonly text: string;
  readonly csv: string;
  /** The reader's snapshot frame, in base64. */
  readonly frame: string;
  readonly mappings: readonly KnownMapping[];
  /** Words of the "ready" line. */
  readonly ready: readonly string[];
}

/** `3 GiB`: started under `setarch --3gb`. */
export const PROCESS_NAMES = ['known', 'known, 3 GiB', 'bits32', 'bits32, 3 GiB', 'high', 'high32', 'high32, 3 GiB'] as const;
export type ProcessName = (typeof PROCESS_NAMES)[number];
