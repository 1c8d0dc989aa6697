import { type Intervals, intervalAt, tile } from '@procmap/shared/intervals.ts';
import { type KernelHalf, type KernelRegion, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import { appendNames, nameBytes, nameCount, type Names, NO_NAMES } from '@procmap/shared/text/names.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { buildTable, hasInode, type MappingTable } from '@procmap/shared/region.ts';
import type { Veil } from '../draw/paint/veil.ts';

/** A map without real addresses, and the correspondence of its intervals to the real ones. */
export interface Redacted {
  readonly intervals: Intervals;
  /** The interval that stands for one of the real map; -1: none does. */
  readonly to: (interval: number) => number;
  readonly veil: Veil;
}

/** Pages of every gap whose size is hidden: gaps between clusters, and all others. */
const FAR_PAGES = 2 ** 18;
const NEAR_PAGES = 2 ** 4;

/**
 * The same map without its addresses. The size of a gap reveals where the kernel has placed its neighbours (ASLR,
 * KASLR): so every gap gets one of two sizes, except within a file, whose layout is its own; neighbours without such a
 * gap stay together. Of the kernel only the outermost regions remain, one after another. Paths keep only their last
 * part: folders may contain a person's name. The result is the same however the kernel shifts things.
 */
export function redact(real: Intervals): Redacted {
  const table = redactedTable(real.table, real.layout);
  const { half, places } = redactedHalf(real);
  const intervals = tile(table, real.layout, rangeParts(half, real.layout));
  return { intervals, to: correspondence(real, intervals, places), veil: veilOf(intervals) };
}

function redactedTable(table: MappingTable, layout: Layout): MappingTable {
  const moved = moveRows(table, layout, FAR_PAGES) ?? moveRows(table, layout, NEAR_PAGES) ?? moveRows(table, layout, 1);
  const { start, end } = moved ?? table;
  return buildTable(table.length, shortened(table.names), (column) => (column === 'start' ? start : column === 'end' ? end : table[column]));
}

/** null if gaps of this size do not fit. */
function moveRows(
  table: MappingTable,
  { kernelStart, taskEnd }: Layout,
  farPages: number,
): { readonly start: Float64Array; readonly end: Float64Array } | null {
  const start = table.start.slice();
  const end = table.end.slice();
  // After the NULL page.
  let at = 1;
  let realEnd = 1;
  for (let r = 0; r < table.length; r++) {
    const [from, to] = [table.start[r] ?? 0, table.end[r] ?? 0];
    // [vsyscall] is at the same address in every process.
    if (from >= kernelStart) break;
    const gap = from - realEnd;
    if (gap < 0) at = from;
    else if (gap > 0) at += isOneFile(table, r - 1, r) && gap < FAR_PAGES ? gap : gap >= FAR_PAGES ? farPages : Math.min(farPages, NEAR_PAGES);
    start[r] = at;
    at += to - from;
    end[r] = at;
    realEnd = to;
  }
  return at <= taskEnd ? { start, end } : null;
}

/** True if two rows map the same file. */
function isOneFile(table: MappingTable, a: number, b: number): boolean {
  const { inodeLow, inodeHigh, device } = table;
  return hasInode(table, b) && inodeLow[a] === inodeLow[b] && inodeHigh[a] === inodeHigh[b] && device[a] === device[b];
}

const SLASH = 0x2f;
const SHORT = new TextEncoder().encode('/…/');

/** `/…/libc.so.6` for a path; other names unchanged. */
function shortened(names: Names): Names {
  const more: Uint8Array[] = [];
  for (let i = 1; i < nameCount(names); i++) {
    const name = nameBytes(names, i);
    const slash = name[0] === SLASH ? name.lastIndexOf(SLASH) : 0;
    more.push(slash === 0 ? name : Uint8Array.of(...SHORT, ...name.subarray(slash + 1)));
  }
  return appendNames(NO_NAMES, more);
}

interface RedactedHalf {
  readonly half: KernelHalf;
  /** Index in the real half's regions → index in this one's. */
  readonly places: ReadonlyMap<number, number>;
}

/** The outermost regions one after another, in whole pages; none if they do not fit. */
function redactedHalf({ kernel, layout, part }: Intervals): RedactedHalf {
  // Only visible ones: a mapping may cover a whole region.
  const outermost = [...new Set(Array.from(part, (at) => kernel.outer[at] ?? -1))].filter((region) => region >= 0);
  const start = (region: number): number => kernel.half.regions[region]?.start.page ?? 0;
  const regions: KernelRegion[] = [];
  const places = new Map<number, number>();
  let at = layout.kernelStart;
  for (const index of outermost.toSorted((a, b) => start(a) - start(b))) {
    const region = kernel.half.regions[index];
    if (region === undefined) continue;
    const pages = Math.max(1, region.end.page + (region.end.byte > 0 ? 1 : 0) - region.start.page);
    at += NEAR_PAGES;
    places.set(index, regions.length);
    regions.push({ ...region, start: { page: at, byte: 0 }, end: { page: at + pages, byte: 0 } });
    at += pages;
  }
  if (at > layout.end) return { half: NO_KERNEL_HALF, places: new Map() };
  return { half: { source: kernel.half.source, note: '', regions, ranges: null }, places };
}

/** By mapping, by kernel region, else by the interval below and its kind. */
function correspondence(real: Intervals, made: Intervals, places: ReadonlyMap<number, number>): (interval: number) => number {
  const byKey = new Map<string, number>();
  keysOf(made, (region) => region).forEach((key, i) => {
    if (!byKey.has(key)) byKey.set(key, i);
  });
  const keys = keysOf(real, (region) => places.get(region) ?? -1);
  return (interval) => byKey.get(keys[interval] ?? '') ?? -1;
}

function keysOf({ length, row, kind, part, kernel }: Intervals, placeOf: (outer: number) => number): string[] {
  let below = -1;
  return Array.from({ length }, (_, i) => {
    const at = row[i] ?? -1;
    if (at >= 0) return `row ${(below = at)}`;
    const outer = kernel.outer[part[i] ?? -1] ?? -1;
    return outer >= 0 ? `region ${placeOf(outer)}` : `${kind[i]} above ${below}`;
  });
}

function veilOf(intervals: Intervals): Veil {
  const { length, bounds, kind, row, kernel, part, table } = intervals;
  const isToldGap = (i: number): boolean => kind[i] === Kind.gap && isOneFile(table, row[i - 1] ?? -1, row[i + 1] ?? -1);
  const isUntold = (i: number): boolean => kind[i] === Kind.unknown || (kind[i] === Kind.gap && !isToldGap(i));
  const regionAt = (i: number): number => kernel.region[part[i] ?? -1] ?? -1;
  const isOfProcess = (i: number): boolean => (row[i] ?? -1) >= 0 || isToldGap(i);
  /**
   * First page of the group that an interval belongs to: mappings without a hidden gap between them, or a kernel
   * region; NaN: no group.
   */
  const origin = new Float64Array(length).fill(NaN);
  for (let i = 0; i < length; i++) {
    if (isOfProcess(i)) origin[i] = i > 0 && isOfProcess(i - 1) ? (origin[i - 1] ?? NaN) : (bounds[i] ?? NaN);
    else if (regionAt(i) >= 0) origin[i] = i > 0 && regionAt(i) === regionAt(i - 1) ? (origin[i - 1] ?? NaN) : (bounds[i] ?? NaN);
  }
  return {
    hidesSize: isUntold,
    addressText: (page, byte) => {
      if (page >= (bounds[length] ?? 0)) return '';
      const i = intervalAt(intervals, page);
      // At the end of a group, count from the group below.
      const at = Number.isNaN(origin[i]) && page === bounds[i] && byte === 0 ? i - 1 : i;
      const offset = (page - (origin[at] ?? NaN)) * PAGE_SIZE + byte;
      return Number.isNaN(offset) ? '' : `+${offset.toString(16)}`;
    },
  };
}
