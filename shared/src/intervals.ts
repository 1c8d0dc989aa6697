import { Kind } from './kind.ts';
import type { Layout } from './layout.ts';
import type { MappingTable } from './region.ts';

/**
 * The whole space as intervals that tile [0, layout.end) without gap or overlap, ascending:
 * every mapping, and between them every sparse region, the NULL trap page, the hole, what lies beyond
 * TASK_SIZE, and the parts of the kernel half that nothing describes.
 */
export interface Intervals {
  readonly length: number;
  /** length + 1 pages: interval i is [bounds[i], bounds[i + 1]). */
  readonly bounds: Float64Array;
  /** Index in KINDS. */
  readonly kind: Uint8Array;
  /** Row of the mapping in `table`, or -1 for what is not mapped. */
  readonly row: Int32Array;
  readonly table: MappingTable;
  readonly layout: Layout;
}

/** Tiles the space. The table must be ascending and disjoint (the reader gives no other). O(rows). */
export function tile(table: MappingTable, layout: Layout): Intervals {
  const most = 2 * table.length + 6;
  const bounds = new Float64Array(most + 1);
  const kind = new Uint8Array(most);
  const row = new Int32Array(most).fill(-1);
  // What an unmapped page is, by where it lies: [first page of the zone, its kind].
  const zoneStart = [0, 1, layout.taskEnd, layout.userEnd, layout.kernelStart, layout.end];
  const zoneKind = [Kind.null_trap, Kind.gap, Kind.beyond, Kind.hole, Kind.unknown];
  let length = 0;
  let at = 0;
  let zone = 0;
  const fillTo = (end: number): void => {
    while (at < end) {
      while ((zoneStart[zone + 1] ?? Infinity) <= at) zone++;
      bounds[length] = at;
      kind[length++] = zoneKind[zone] ?? Kind.unknown;
      at = Math.min(end, zoneStart[zone + 1] ?? end);
    }
  };
  for (let i = 0; i < table.length; i++) {
    fillTo(table.start[i] ?? 0);
    bounds[length] = at;
    kind[length] = table.kind[i] ?? 0;
    row[length++] = i;
    at = table.end[i] ?? 0;
  }
  fillTo(layout.end);
  bounds[length] = layout.end;
  return {
    length,
    bounds: bounds.subarray(0, length + 1),
    kind: kind.subarray(0, length),
    row: row.subarray(0, length),
    table,
    layout,
  };
}

/** Index of the interval that holds `page` in [0, layout.end): binary search. */
export function intervalAt(intervals: Intervals, page: number): number {
  let low = 0;
  let high = intervals.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if ((intervals.bounds[middle] ?? 0) <= page) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Whose half an interval lies in, as the CSV and the API say it. */
export function spaceOf(intervals: Intervals, index: number): 'user' | 'kernel' | 'none' {
  if (intervals.kind[index] === Kind.hole) return 'none';
  return (intervals.bounds[index] ?? 0) >= intervals.layout.kernelStart ? 'kernel' : 'user';
}
