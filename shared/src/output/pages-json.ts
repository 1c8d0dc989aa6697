import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SWAPPED, type PageStates } from '../figures/page-states.ts';
import type { CostJson } from './smaps-json.ts';

/** `GET /api/processes/:pid/pages`. */
export interface PagesJson {
  readonly pid: number;
  readonly comm: string;
  readonly start: string;
  readonly count: number;
  readonly taken_at: string;
  /** Number of pages in each state. */
  readonly counts: PageCounts;
  /** PAGE_* bits of page-states.ts, one byte a page, in base64. */
  readonly states: string;
  readonly cost: CostJson;
}

/** Pages in memory: `file` (with shared anonymous memory) or `anonymous`; `exclusive`: no other page table maps it. */
export interface PageCounts {
  readonly present: number;
  /**
   * null: unknown for some of them. Shared memory in swap space leaves no trace in the page tables, and the kernel may
   * not report other memory to a reader without CAP_SYS_ADMIN.
   */
  readonly swapped: number | null;
  readonly guard: number;
  /** Pages with another marker in the page table; null: unknown for some of the pages that are reported as swapped. */
  readonly marker: number | null;
  readonly file: number;
  readonly anonymous: number;
  readonly exclusive: number;
}

/** Exact evidence about pages: all those in swap space, and all markers. */
interface SwapEvidence {
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

/** Throws RangeError where `states` is not base64 of `count` bytes. */
export function pageStatesOf({ states, count }: Pick<PagesJson, 'states' | 'count'>, startPage: number): PageStates {
  let bytes: string;
  try {
    bytes = atob(states);
  } catch {
    throw new RangeError('pages: states must be base64');
  }
  if (bytes.length !== count) throw new RangeError('pages: expected one byte per page');
  return { startPage, flags: Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)) };
}
