import { exactBound, type Intervals, intervalAt, spaceOf } from '../intervals.ts';
import { mappedIn } from '../kernel-ranges.ts';
import { addBytes, type Address, type Bytes, compareBytes, PAGE_SIZE, subtractBytes } from '../page.ts';
import { hasInode } from '../region.ts';

/** The regions that a range of addresses lies in. */
export interface Located {
  readonly start: Address;
  /** Exclusive. */
  readonly end: Bytes;
  /** The intervals it touches: [first, last]. */
  readonly first: number;
  readonly last: number;
  /** Offset of its start in the interval there. */
  readonly offsetInRegion: Bytes;
  /** Offset of its start in the file mapped there; null where none is. */
  readonly fileOffset: Bytes | null;
  /** Mapped size within it; null where it touches the kernel half and the page tables were not walked. */
  readonly mapped: Bytes | null;
  /** The half that its start lies in. */
  readonly space: 'user' | 'kernel' | 'none';
}

/** Locates [start, start + length); null when it exceeds the address space. `length` must not be 0. */
export function locate(intervals: Intervals, start: Address, length: Bytes): Located | null {
  const end = addBytes(start, length);
  if (compareBytes(end, { page: intervals.layout.end, byte: 0 }) > 0) return null;
  const first = intervalOfByte(intervals, start);
  const last = intervalOfByte(intervals, end.byte > 0 ? { page: end.page, byte: end.byte - 1 } : { page: end.page - 1, byte: PAGE_SIZE - 1 });
  const offsetInRegion = subtractBytes(start, exactBound(intervals, first));
  return {
    start,
    end,
    first,
    last,
    offsetInRegion,
    fileOffset: fileOffset(intervals, first, offsetInRegion),
    mapped: mappedBytes(intervals, start, end, first, last),
    space: spaceOf(intervals, first),
  };
}

/** Kernel regions begin and end within a page, bounds of intervals do not. */
function intervalOfByte(intervals: Intervals, at: Bytes): number {
  let index = intervalAt(intervals, at.page);
  while (index > 0 && compareBytes(at, exactBound(intervals, index)) < 0) index--;
  while (index + 1 < intervals.length && compareBytes(at, exactBound(intervals, index + 1)) >= 0) index++;
  return index;
}

function fileOffset({ row, table }: Intervals, index: number, offsetInRegion: Bytes): Bytes | null {
  const at = row[index] ?? -1;
  return at >= 0 && hasInode(table, at) ? addBytes({ page: table.offset[at] ?? 0, byte: 0 }, offsetInRegion) : null;
}

/** In the kernel half the page tables decide. */
function mappedBytes(intervals: Intervals, start: Bytes, end: Bytes, first: number, last: number): Bytes | null {
  let mapped: Bytes = { page: 0, byte: 0 };
  for (let i = first; i <= last; i++) {
    const from = i === first ? start : exactBound(intervals, i);
    const to = i === last ? end : exactBound(intervals, i + 1);
    if ((intervals.row[i] ?? -1) >= 0) mapped = addBytes(mapped, subtractBytes(to, from));
    else if ((intervals.part[i] ?? -1) >= 0) {
      const here = mappedIn(intervals.kernel.half.ranges, from, to);
      if (here === null) return null;
      mapped = addBytes(mapped, here);
    }
  }
  return mapped;
}
