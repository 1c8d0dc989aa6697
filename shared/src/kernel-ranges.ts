import { addBytes, type Bytes, compareBytes, subtractBytes } from './page.ts';
import { isWriteExec } from './perms.ts';

/** What the page tables really map, ascending and disjoint, each of one page size and of the same permissions. Columns of one length. */
export interface KernelRanges {
  /** First page, and one past the last. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** PERM_* bits. */
  readonly perms: readonly number[];
  /** log2 of the page size in bytes; 0: a range whose tables name the same few pages over and over, of which the first was looked at. */
  readonly shift: readonly number[];
}

/** Index of the first range that ends above a page: binary search. */
export function rangeFrom({ end }: KernelRanges, page: number): number {
  let low = 0;
  let high = end.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] ?? 0) <= page) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The first page from this one on that is mapped; Infinity for none. */
export function firstMapped(ranges: KernelRanges, page: number): number {
  return Math.max(page, ranges.start[rangeFrom(ranges, page)] ?? Infinity);
}

/** What is permitted by all pages together that have a byte in [start, end). */
export function permsIn(ranges: KernelRanges, start: Bytes, end: Bytes): number {
  const to = end.byte === 0 ? end.page : end.page + 1;
  let perms = 0;
  for (let range = rangeFrom(ranges, start.page); (ranges.start[range] ?? Infinity) < to; range++) perms |= ranges.perms[range] ?? 0;
  return perms;
}

/** What of them is writable and executable at once, ascending: an alarm. Of pages, not of what regions add up to. Null: nobody walked the page tables. */
export function writeExecRanges(ranges: KernelRanges | null): { readonly start: number; readonly end: number }[] | null {
  if (ranges === null) return null;
  return ranges.start.flatMap((start, i) => (isWriteExec(ranges.perms[i] ?? 0) ? [{ start, end: ranges.end[i] ?? start }] : []));
}

/** How much of [start, end) is mapped; null: nobody walked the page tables. */
export function mappedIn(ranges: KernelRanges | null, start: Bytes, end: Bytes): Bytes | null {
  if (ranges === null) return null;
  let mapped: Bytes = { page: 0, byte: 0 };
  for (let range = rangeFrom(ranges, start.page); range < ranges.start.length; range++) {
    const from = later(start, { page: ranges.start[range] ?? 0, byte: 0 });
    const to = earlier(end, { page: ranges.end[range] ?? 0, byte: 0 });
    if (compareBytes(from, to) >= 0) break;
    mapped = addBytes(mapped, subtractBytes(to, from));
  }
  return mapped;
}

function later(a: Bytes, b: Bytes): Bytes {
  return compareBytes(a, b) > 0 ? a : b;
}

function earlier(a: Bytes, b: Bytes): Bytes {
  return compareBytes(a, b) < 0 ? a : b;
}
