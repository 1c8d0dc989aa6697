import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { HierarchyOptions } from '../axis/hierarchy.ts';
import type { PackedMap } from './packed-map.ts';

/**
 * Messages between the page and its worker. Each message of the page that may be answered has a ticket, one higher than
 * the last.
 */
export type ToWorker =
  | { readonly type: 'begin'; readonly pid: number | null; readonly epoch: number }
  | { readonly type: 'expectSnapshot' }
  | { readonly type: 'options'; readonly options: HierarchyOptions }
  | { readonly type: 'kernel'; readonly half: KernelHalf; readonly ticket: number }
  | { readonly type: 'frame'; readonly bytes: Uint8Array<ArrayBuffer>; readonly ticket: number };

/** Answers all tickets up to this one. */
export interface FromWorker {
  readonly epoch: number;
  readonly ticket: number;
  /** null: nothing new. */
  readonly map: PackedMap | null;
  /** A problem with a frame: request a snapshot, or report a daemon of another version. */
  readonly complaint: 'resync' | 'garbage' | null;
}
