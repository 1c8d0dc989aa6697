import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import { isMapped } from '../../regions/mapped.ts';
import { type AllSums, sumFigures } from './figure-sums.ts';

export interface Totals {
  readonly rows: number;
  readonly pages: number;
  /** Mapped pages as in the status line: see isMapped. */
  readonly mappedPages: number;
  /** Sums of a single group with all rows; null if figures were not read. */
  readonly figures: AllSums | null;
}

/** Sums over some rows. */
export function totalsOf(rows: Uint32Array, intervals: Intervals, figures: MappingFigures | null): Totals {
  const { bounds } = intervals;
  let [pages, mappedPages] = [0, 0];
  for (const i of rows) {
    const size = (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
    pages += size;
    if (isMapped(intervals, i)) mappedPages += size;
  }
  return { rows: rows.length, pages, mappedPages, figures: figures === null ? null : sumFigures(rows, 1, () => 0, intervals, figures) };
}
