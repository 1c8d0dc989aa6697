import { exactBound, type Intervals, intervalAt, spaceOf } from '../intervals.ts';
import { mappedIn } from '../kernel-ranges.ts';
import { addBytes, type Address, type Bytes, compareBytes, PAGE_SIZE, subtractBytes } from '../page.ts';

/** What a range of addresses lies in. */
export interface Located {
  readonly start: Address;
  /** Exclusive. */
  readonly end: Bytes;
  /** The intervals that it touches, [first, last]. */
  readonly first: number;
  readonly last: number;
  /** Of its start, within the interval there. */
  readonly offsetInRegion: Bytes;
  /** Of its start, within the file that is mapped there; null where none is. */
  readonly fileOffset: Bytes | null;
  /** How much of it is mapped; null where it touches the kernel's half and nobody walked the page tables. */
  readonly mapped: Bytes | null;
  /** Where its start lies. */
  readonly space: 'user' | 'kernel' | 'none';
}

/** What [start, start + length) lies in; null when it goes beyond the end of the address space. `length` must not be 0. */
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

/** Regions of the kernel begin and end within a page, which the bounds of intervals do not. */
function intervalOfByte(intervals: Intervals, at: Bytes): number {
  let index = intervalAt(intervals, at.page);
  while (index > 0 && compareBytes(at, exactBound(intervals, index)) < 0) index--;
  while (index + 1 < intervals.length && compareBytes(at, exactBound(intervals, index + 1)) >= 0) index++;
  return index;
}

function fileOffset({ row, table }: Intervals, index: number, offsetInRegion: Bytes): Bytes | null {
  const at = row[index] ?? -1;
  const hasFile = at >= 0 && ((table.inodeLow[at] ?? 0) !== 0 || (table.inodeHigh[at] ?? 0) !== 0);
  return hasFile ? addBytes({ page: table.offset[at] ?? 0, byte: 0 }, offsetInRegion) : null;
}

/** Of a part of the kernel's half it is what the page tables say. */
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
