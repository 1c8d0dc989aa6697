import { addBytes, type Bytes, compareBytes, subtractBytes } from './page.ts';
import { isWriteExec } from './perms.ts';

/**
 * The ranges that the page tables map, ascending and disjoint, each with one page size and the same permissions.
 * Columns of one length.
 */
export interface KernelRanges {
  /** First page, and one past the last. */
  readonly start: readonly number[];
  readonly end: readonly number[];
  /** PERM_* bits. */
  readonly perms: readonly number[];
  /**
   * log2 of the page size in bytes; 0: a range whose tables repeat the same few pages, of which only the first was
   * read.
   */
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

/** The first mapped page at or above this one; Infinity for none. */
export function firstMapped(ranges: KernelRanges, page: number): number {
  return Math.max(page, ranges.start[rangeFrom(ranges, page)] ?? Infinity);
}

/** The combined permissions of all pages with a byte in [start, end). */
export function permsIn(ranges: KernelRanges, start: Bytes, end: Bytes): number {
  const to = end.byte === 0 ? end.page : end.page + 1;
  let perms = 0;
  for (let range = rangeFrom(ranges, start.page); (ranges.start[range] ?? Infinity) < to; range++) perms |= ranges.perms[range] ?? 0;
  return perms;
}

/**
 * The ranges that are writable and executable at once, ascending: an alarm. Exact for pages, unlike the combined
 * permissions of regions. null: the page tables were not walked.
 */
export function writeExecRanges(ranges: KernelRanges | null): { readonly start: number; readonly end: number }[] | null {
  if (ranges === null) return null;
  return ranges.start.flatMap((start, i) => (isWriteExec(ranges.perms[i] ?? 0) ? [{ start, end: ranges.end[i] ?? start }] : []));
}

/** Mapped size in [start, end); null: the page tables were not walked. */
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
