import type { Layout } from './layout.ts';
import { isLayout } from './layout.ts';

/** Raised when either end speaks another version; checked in the first message of each stream. */
export const PROTOCOL_VERSION = 3;

/** What one look at a process cost, and whether it can be trusted. */
export interface ReadCost {
  /** Wall time of reading the kernel's file, retries included. */
  readonly readMs: number;
  /** Wall time of making columns of it. */
  readonly parseMs: number;
  /** Size of the kernel's text. */
  readonly bytes: number;
  /** read(2) calls. */
  readonly reads: number;
  /** The layout changed between the reads of even the last retry: rows may be of different moments. */
  readonly torn: boolean;
}

/** Whose map this is. A pid alone is not enough: it is used again. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot; with the pid it names one process for as long as the system runs. */
  readonly startTime: number;
  /** Visibly escaped, as everything that a process can choose. */
  readonly comm: string;
}

/** The meaning of a frame; the rows follow it as columns. */
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

/** Checks what came over a wire; no dependency, since the reader imports this. */
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
