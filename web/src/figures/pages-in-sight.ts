import { intervalAt, type Intervals } from '@procmap/shared/intervals.ts';
import { MAX_PAGES } from '@procmap/shared/page.ts';

/** Pages to request: [start, start + count). */
export interface PagesRange {
  readonly start: number;
  readonly count: number;
}

/**
 * The pages of the process's mappings in [firstPage, lastPage), as one range from the lowest to the highest. If that
 * exceeds one request: those nearest to `middle`. null: there are none.
 */
export function pagesInSight(intervals: Intervals, firstPage: number, lastPage: number, middle: number): PagesRange | null {
  const { bounds, row, length } = intervals;
  let low = Infinity;
  let high = -Infinity;
  for (let i = intervalAt(intervals, firstPage); i < length && (bounds[i] ?? 0) < lastPage; i++) {
    if ((row[i] ?? -1) < 0) continue;
    low = Math.min(low, Math.max(firstPage, bounds[i] ?? 0));
    high = Math.max(high, Math.min(lastPage, bounds[i + 1] ?? 0));
  }
  if (low >= high) return null;
  if (high - low <= MAX_PAGES) return { start: low, count: high - low };
  const start = Math.min(high - MAX_PAGES, Math.max(low, Math.floor(middle) - MAX_PAGES / 2));
  return pagesInSight(intervals, start, start + MAX_PAGES, middle);
}
