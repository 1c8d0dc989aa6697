import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import type { KernelRegion } from '@procmap/shared/kernel-half.ts';
import type { Term } from './query-terms.ts';
import type { PageRange } from '../regions/page-range.ts';

/**
 * The kernel region that is meant by a search for its name or kind: the outermost one around a found piece that matches
 * by name. null if the piece is the whole region, or was not found by name.
 */
export function regionAround(terms: readonly Term[], intervals: Intervals, index: number): PageRange | null {
  const { part, kernel, bounds } = intervals;
  const at = part[index] ?? -1;
  if (at < 0 || !isFilled(intervals, index)) return null;
  for (const which of [kernel.outer, kernel.within, kernel.region]) {
    const region = kernel.half.regions[which[at] ?? -1];
    if (region === undefined || !terms.some((term) => !term.negated && !term.other && isCalled(region, term))) continue;
    const startPage = region.start.page;
    const endPage = region.end.page + (region.end.byte > 0 ? 1 : 0);
    const isAll = startPage >= (bounds[index] ?? 0) && endPage <= (bounds[index + 1] ?? 0);
    return isAll ? null : { startPage, endPage };
  }
  return null;
}

function isCalled({ name, kind }: KernelRegion, { criterion }: Term): boolean {
  const [lower, ofKind] = [name.toLowerCase(), kind.toLowerCase()];
  if (criterion.type === 'word') return lower.includes(criterion.text);
  if (criterion.type === 'kind') return criterion.kinds.includes(ofKind);
  if (criterion.type !== 'name') return false;
  return criterion.names.some((each) => each !== '' && (criterion.exactly ? each === name : lower.includes(each)));
}
