import type { KernelRanges } from '@procmap/shared/kernel-half.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import type { Span } from './span.ts';

/** Index of the first range that ends above a page: binary search. */
export function firstRangeAbove({ end }: KernelRanges, page: number): number {
  let low = 0;
  let high = end.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] ?? 0) <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** PERM_* bits of all pages that are mapped in a span, together. */
export function permsIn(ranges: KernelRanges, { start, end }: Span): number {
  const first = Number(start / BigInt(PAGE_SIZE));
  const last = Number((end - 1n) / BigInt(PAGE_SIZE));
  let perms = 0;
  for (let i = firstRangeAbove(ranges, first); (ranges.start[i] ?? Infinity) <= last; i++) perms |= ranges.perms[i] ?? 0;
  return perms;
}
