import { type Intervals, intervalAt, spaceOf } from './intervals.ts';
import { Kind } from './kind.ts';
import { addBytes, type Address, type Bytes, compareBytes, subtractBytes } from './page.ts';

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
  /** How much of it is mapped; null where it touches a part of the kernel's half that no source describes. */
  readonly mapped: Bytes | null;
  /** Where its start lies. */
  readonly space: 'user' | 'kernel' | 'none';
}

/** What [start, start + length) lies in; null when it goes beyond the end of the address space. `length` must not be 0. */
export function locate(intervals: Intervals, start: Address, length: Bytes): Located | null {
  const end = addBytes(start, length);
  if (compareBytes(end, { page: intervals.layout.end, byte: 0 }) > 0) return null;
  const first = intervalAt(intervals, start.page);
  const last = intervalAt(intervals, end.byte > 0 ? end.page : end.page - 1);
  const offsetInRegion = subtractBytes(start, startOf(intervals, first));
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

function startOf(intervals: Intervals, index: number): Bytes {
  return { page: intervals.bounds[index] ?? 0, byte: 0 };
}

function fileOffset({ row, table }: Intervals, index: number, offsetInRegion: Bytes): Bytes | null {
  const at = row[index] ?? -1;
  const hasFile = at >= 0 && ((table.inodeLow[at] ?? 0) !== 0 || (table.inodeHigh[at] ?? 0) !== 0);
  return hasFile ? addBytes({ page: table.offset[at] ?? 0, byte: 0 }, offsetInRegion) : null;
}

function mappedBytes(intervals: Intervals, start: Bytes, end: Bytes, first: number, last: number): Bytes | null {
  let mapped: Bytes = { page: 0, byte: 0 };
  for (let i = first; i <= last; i++) {
    if (intervals.kind[i] === Kind.unknown) return null;
    if ((intervals.row[i] ?? -1) < 0) continue;
    const from = i === first ? start : startOf(intervals, i);
    const to = i === last ? end : startOf(intervals, i + 1);
    mapped = addBytes(mapped, subtractBytes(to, from));
  }
  return mapped;
}
