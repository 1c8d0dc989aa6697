import type { Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures, Told } from '@procmap/shared/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/mapping-figures.ts';
import { VIEW, viewsOf } from '@procmap/shared/views.ts';

/**
 * How much, at most, of the RSS of some intervals together is counted more than once: of each memory, what all its views among them have beyond the one that has
 * most. In KiB; null where the RSS of a view is not told as a whole. smaps does not tell which pages of a view are in memory, so it may be less.
 */
export function countedAgainKb(rows: Uint32Array, intervals: Intervals, figures: MappingFigures): number | null {
  const { row, table } = intervals;
  const { marks, rows: views, starts } = viewsOf(table);
  const joined = JoinedFigures.of(intervals, figures);
  const kbOf = new Map<number, number>();
  for (const index of rows) {
    const at = row[index] ?? -1;
    if (at < 0 || ((marks[at] ?? 0) & VIEW) === 0) continue;
    if (joined.told(index, ['rss']) !== Told.whole) return null;
    kbOf.set(at, joined.kb(index, ['rss']));
  }
  let again = 0;
  for (let m = 0; m + 1 < starts.length && kbOf.size > 0; m++) {
    let [sum, most] = [0, 0];
    for (const view of views.subarray(starts[m], starts[m + 1])) {
      const kb = kbOf.get(view) ?? 0;
      sum += kb;
      most = Math.max(most, kb);
    }
    again += sum - most;
  }
  return again;
}
