import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SWAPPED, type PageStates } from '../figures/page-states.ts';
import type { CostJson } from './smaps-json.ts';

/** `GET /api/processes/:pid/pages`. */
export interface PagesJson {
  readonly pid: number;
  readonly comm: string;
  readonly start: string;
  readonly count: number;
  readonly taken_at: string;
  /** How many pages are each. */
  readonly counts: PageCounts;
  /** PAGE_* bits of page-states.ts, one byte a page, in base64. */
  readonly states: string;
  readonly cost: CostJson;
}

/** Of what is in memory: `file` with shared anonymous memory, or `anonymous`; `exclusive`: no other page table maps it. */
export interface PageCounts {
  readonly present: number;
  /** null: not told of some of them. Shared memory in swap space has no trace in the page tables, and of other memory a reader without CAP_SYS_ADMIN may not be told. */
  readonly swapped: number | null;
  readonly guard: number;
  /** Another marker in the page table's place for it; null: not told of some of those that are said to be swapped. */
  readonly marker: number | null;
  readonly file: number;
  readonly anonymous: number;
  readonly exclusive: number;
}

/** What is told of pages: all that is in swap space, and all that are markers. */
export interface SwapEvidence {
  readonly swapTold: boolean;
  readonly markerTold: boolean;
}

export function pageCounts(states: Uint8Array, { swapTold, markerTold }: SwapEvidence): PageCounts {
  const counts = { present: 0, swapped: 0, guard: 0, marker: 0, file: 0, anonymous: 0, exclusive: 0 };
  for (const state of states) {
    if ((state & PAGE_SWAPPED) !== 0) counts.swapped++;
    if ((state & PAGE_GUARD) !== 0) counts.guard++;
    if ((state & PAGE_MARKER) !== 0) counts.marker++;
    if ((state & PAGE_PRESENT) === 0) continue;
    counts.present++;
    if ((state & PAGE_FILE) === 0) counts.anonymous++;
    else counts.file++;
    if ((state & PAGE_EXCLUSIVE) !== 0) counts.exclusive++;
  }
  return { ...counts, swapped: swapTold ? counts.swapped : null, marker: markerTold ? counts.marker : null };
}

/** Throws RangeError where `states` is no base64 of `count` bytes. */
export function pageStatesOf({ states, count }: Pick<PagesJson, 'states' | 'count'>, startPage: number): PageStates {
  let bytes: string;
  try {
    bytes = atob(states);
  } catch {
    throw new RangeError('pages: states are base64');
  }
  if (bytes.length !== count) throw new RangeError('pages: one byte a page');
  return { startPage, flags: Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)) };
}
