import type { Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import { IN_MEMORY, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { VIEW, viewsOf } from '@procmap/shared/views.ts';

/**
 * Upper bound of the memory that some intervals together count more than once: for each memory, the amount of all its
 * views among them beyond the largest one, limited by their overlap. In KiB; null if the amount of a view is not fully
 * known. smaps does not report which pages of a view are in memory, so the true value may be less.
 */
export function countedAgainKb(rows: Uint32Array, intervals: Intervals, figures: MappingFigures): number | null {
  const { row, table } = intervals;
  const { marks, rows: views, starts } = viewsOf(table);
  const joined = JoinedFigures.of(intervals, figures);
  const kbOf = new Map<number, number>();
  for (const index of rows) {
    const at = row[index] ?? -1;
    if (at < 0 || ((marks[at] ?? 0) & VIEW) === 0) continue;
    if (joined.told(index, IN_MEMORY) !== Told.whole) return null;
    kbOf.set(at, joined.kb(index, IN_MEMORY));
  }
  let again = 0;
  for (let m = 0; m + 1 < starts.length && kbOf.size > 0; m++) {
    let [sum, most, overlap, reached] = [0, 0, 0, 0];
    // Ascending by offset.
    for (const view of views.subarray(starts[m], starts[m + 1])) {
      const kb = kbOf.get(view);
      if (kb === undefined) continue;
      sum += kb;
      most = Math.max(most, kb);
      const offset = table.offset[view] ?? 0;
      const end = offset + (table.end[view] ?? 0) - (table.start[view] ?? 0);
      overlap += Math.max(0, Math.min(reached, end) - offset);
      reached = Math.max(reached, end);
    }
    again += Math.min(sum - most, overlap * KB_OF_PAGE);
  }
  return again;
}
