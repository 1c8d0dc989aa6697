import type { Layout } from './layout.ts';
import { isLayout } from './layout.ts';

/** Raised with each change of the wire format; checked in the first message of each stream. */
export const PROTOCOL_VERSION = 3;

/** The cost of one look at a process, and whether it can be trusted. */
export interface ReadCost {
  /** Wall time of reading the kernel's file, retries included. */
  readonly readMs: number;
  /** Wall time of parsing it into columns. */
  readonly parseMs: number;
  /** Size of the kernel's text. */
  readonly bytes: number;
  /** read(2) calls. */
  readonly reads: number;
  /** The layout changed during every read, including the last retry: rows may be of different moments. */
  readonly torn: boolean;
}

/** The process of a map. A pid alone is not enough, since pids are reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot; with the pid it identifies a process as long as the system runs. */
  readonly startTime: number;
  /** Escaped, like everything that a process can choose. */
  readonly comm: string;
}

/** The description of a frame; the rows follow it as columns. */
export interface MapMeta {
  readonly process: ProcessIdentity;
  readonly layout: Layout;
  /** Unix time in ms at which the read began. */
  readonly takenAt: number;
  readonly cost: ReadCost;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasNumbers(value: Record<string, unknown>, keys: readonly string[]): boolean {
  return keys.every((key) => typeof value[key] === 'number' && Number.isFinite(value[key]));
}

/** Validates data from the wire. No dependency, since the reader imports this. */
export function isMapMeta(value: unknown): value is MapMeta {
  if (!isRecord(value) || !hasNumbers(value, ['takenAt'])) return false;
  const { process, layout, cost } = value;
  return (
    isRecord(process) &&
    hasNumbers(process, ['pid', 'startTime']) &&
    typeof process['comm'] === 'string' &&
    isRecord(layout) &&
    hasNumbers(layout, ['taskEnd', 'userEnd', 'kernelStart', 'end', 'pagingLevels']) &&
    (layout['bits'] === 64 || layout['bits'] === 32) &&
    (layout['processBits'] === 64 || layout['processBits'] === 32) &&
    isLayout(layout as unknown as Layout) &&
    isRecord(cost) &&
    hasNumbers(cost, ['readMs', 'parseMs', 'bytes', 'reads']) &&
    typeof cost['torn'] === 'boolean'
  );
}
