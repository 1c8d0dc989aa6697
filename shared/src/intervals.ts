import { NO_KERNEL_HALF } from './kernel-half.ts';
import { type KernelParts, regionParts, UNKNOWN_PERMS } from './kernel-parts.ts';
import { Kind } from './kind.ts';
import type { Layout } from './layout.ts';
import { addBytes, type Bytes, PAGE_SIZE } from './page.ts';
import { isWriteExec } from './perms.ts';
import type { MappingTable } from './region.ts';
import { isWriteExecView } from './views.ts';

/**
 * The whole space as intervals that tile [0, layout.end), ascending: every mapping and, between them, every sparse
 * region, the NULL trap page, the non-canonical hole, the range out of reach (beyond TASK_SIZE), and the parts of the
 * kernel half.
 */
export interface Intervals {
  readonly length: number;
  /**
   * length + 1 pages: interval i is [bounds[i], bounds[i + 1]). Never empty, except for a kernel region smaller than a
   * page (see regionParts).
   */
  readonly bounds: Float64Array;
  /** Index in KINDS. */
  readonly kind: Uint8Array;
  /** Row of the mapping in `table`, or -1 where nothing is mapped. */
  readonly row: Int32Array;
  /** Part of the kernel half in `kernel`, or -1 outside it and for a mapping of the process inside it. */
  readonly part: Int32Array;
  readonly table: MappingTable;
  readonly kernel: KernelParts;
  readonly layout: Layout;
}

/**
 * Tiles the space. The table must be ascending and disjoint (as the reader delivers it), the parts of the same layout.
 * O(rows + parts).
 */
export function tile(table: MappingTable, layout: Layout, kernel: KernelParts = regionParts(NO_KERNEL_HALF, layout)): Intervals {
  const most = 2 * table.length + 5 + kernel.length;
  const bounds = new Float64Array(most + 1);
  const kind = new Uint8Array(most);
  const row = new Int32Array(most).fill(-1);
  const part = new Int32Array(most).fill(-1);
  // Zones of unmapped pages: first page and kind. The kernel's parts follow them.
  const zoneStart = [0, 1, layout.taskEnd, layout.userEnd, layout.kernelStart];
  const zoneKind = [Kind.null_trap, Kind.gap, Kind.beyond, Kind.hole];
  let length = 0;
  let at = 0;
  let zone = 0;
  let inKernel = 0;
  const fillTo = (end: number): void => {
    const userEnd = Math.min(end, layout.kernelStart);
    while (at < userEnd) {
      while ((zoneStart[zone + 1] ?? Infinity) <= at) zone++;
      bounds[length] = at;
      kind[length++] = zoneKind[zone] ?? Kind.hole;
      at = Math.min(userEnd, zoneStart[zone + 1] ?? userEnd);
    }
    // A part without a whole page may lie at the very end.
    for (; inKernel < kernel.length && ((kernel.bounds[inKernel] ?? 0) < end || end === layout.end); inKernel++) {
      const from = kernel.bounds[inKernel] ?? 0;
      const to = kernel.bounds[inKernel + 1] ?? 0;
      // A mapping of the process may cover all or some of a part.
      const isLeft = from === to ? from === at : to > at && at < end;
      if (isLeft) {
        bounds[length] = at;
        kind[length] = kernel.kind[inKernel] ?? Kind.unknown;
        part[length++] = inKernel;
        at = Math.min(end, to);
      }
      if (to > end) break;
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
    part: part.subarray(0, length),
    table,
    kernel,
    layout,
  };
}

/**
 * Start of interval `index` to the byte: kernel regions begin and end anywhere in a page. For intervals.length: the end
 * of the space.
 */
export function exactBound({ bounds, part, kernel }: Intervals, index: number): Bytes {
  const page = bounds[index] ?? 0;
  const above = part[index] ?? -1;
  const cut = above >= 0 ? above : (part[index - 1] ?? -1) + 1;
  // Where a mapping of the process cuts a part, the bound belongs to the mapping.
  const edge = kernel.bounds[cut] === page && (above >= 0 || cut > 0) ? (kernel.edge[cut] ?? 0) : 0;
  return edge < 0 ? addBytes({ page: page - 1, byte: 0 }, { page: 0, byte: PAGE_SIZE + edge }) : { page, byte: edge };
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

/** The half that an interval lies in, in the words of the CSV and the API. */
export function spaceOf(intervals: Intervals, index: number): 'user' | 'kernel' | 'none' {
  if (intervals.kind[index] === Kind.hole) return 'none';
  return (intervals.bounds[index] ?? 0) >= intervals.layout.kernelStart ? 'kernel' : 'user';
}

/** True for a mapping or the content of a kernel region; false where the space is empty or its content unknown. */
export function isFilled({ row, part, kind, kernel }: Intervals, index: number): boolean {
  if ((row[index] ?? -1) >= 0) return true;
  const at = part[index] ?? -1;
  if (at < 0 || kind[index] === Kind.gap) return false;
  return kind[index] !== Kind.unknown || (kernel.range[at] ?? -1) >= 0;
}

/** PERM_* bits of a mapping, a mapped range of the kernel, or a whole kernel region; null: none, or unknown. */
export function permsAt({ row, part, table, kernel }: Intervals, index: number): number | null {
  const mapping = row[index] ?? -1;
  if (mapping >= 0) return table.perms[mapping] ?? 0;
  const at = part[index] ?? -1;
  if (at < 0 || kernel.kind[at] === Kind.gap) return null;
  const perms = kernel.perms[at] ?? UNKNOWN_PERMS;
  return perms === UNKNOWN_PERMS ? null : perms;
}

/**
 * True for pages that are both writable and executable, also through two mappings of the same memory. Not for a kernel
 * region: its permissions combine those of many pages.
 */
export function isAlarm(intervals: Intervals, index: number): boolean {
  const { row, part, table, kernel } = intervals;
  const mapping = row[index] ?? -1;
  if (mapping >= 0) return isWriteExec(table.perms[mapping] ?? 0) || isWriteExecView(table, mapping);
  return (kernel.range[part[index] ?? -1] ?? -1) >= 0 && isWriteExec(permsAt(intervals, index) ?? 0);
}
