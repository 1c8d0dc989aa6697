import type { Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import { IN_MEMORY, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';

/** Pages of each interval in memory, as far as the figures tell; 0 where they do not. O(intervals + rows). */
export function residentPages(intervals: Intervals, figures: MappingFigures): Float64Array {
  const joined = JoinedFigures.of(intervals, figures);
  const pages = new Float64Array(intervals.length);
  for (let i = 0; i < pages.length; i++) if (joined.isTold(i)) pages[i] = (joined.kb(i, IN_MEMORY) || 0) / KB_OF_PAGE;
  return pages;
}
