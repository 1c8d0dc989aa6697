import type { Intervals } from './intervals.ts';

/** The sizes that /proc/PID/smaps tells of each mapping, by its own words (proc_pid_smaps(5)). In KiB. */
export const FIGURE_COLUMNS = [
  ['rss', 'Rss'],
  ['pss', 'Pss'],
  ['sharedClean', 'Shared_Clean'],
  ['sharedDirty', 'Shared_Dirty'],
  ['privateClean', 'Private_Clean'],
  ['privateDirty', 'Private_Dirty'],
  ['referenced', 'Referenced'],
  ['anonymous', 'Anonymous'],
  ['lazyFree', 'LazyFree'],
  ['anonHugePages', 'AnonHugePages'],
  ['shmemHuge', 'ShmemPmdMapped'],
  ['fileHuge', 'FilePmdMapped'],
  ['sharedHugetlb', 'Shared_Hugetlb'],
  ['privateHugetlb', 'Private_Hugetlb'],
  ['swap', 'Swap'],
  ['swapPss', 'SwapPss'],
  ['locked', 'Locked'],
  ['pageSize', 'KernelPageSize'],
] as const;

export type FigureColumn = (typeof FIGURE_COLUMNS)[number][0];

/** A mapping as a row of numbers: its first page, one past its last one, the columns (NaN for what the kernel does not tell), and which line of VmFlags it has. */
export const FIGURE_ROW_CELLS = FIGURE_COLUMNS.length + 3;
export const FLAG_SET_CELL = FIGURE_ROW_CELLS - 1;

/**
 * Figures of mappings as a struct of arrays, ascending by start, disjoint: one row for each mapping that smaps told of at that moment. The map that is on
 * the page may be another by then: a row counts for a mapping only where both its ends are the same (see figureRows).
 */
export interface MappingFigures extends Readonly<Record<FigureColumn, Float64Array>> {
  readonly length: number;
  /** First page. */
  readonly start: Float64Array;
  /** One past the last page. */
  readonly end: Float64Array;
  /** Index in flagSets. */
  readonly flagSet: Uint16Array;
  /** The distinct lines of VmFlags, as the kernel wrote them: `rd ex mr mw me sd`; the first is the empty one. */
  readonly flagSets: readonly string[];
}

/** The row of just these pages, or -1. O(log rows). */
export function figureRowOf({ length, start, end }: MappingFigures, startPage: number, endPage: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((start[middle] ?? 0) < startPage) low = middle + 1;
    else high = middle;
  }
  return low < length && start[low] === startPage && end[low] === endPage ? low : -1;
}

/** For each interval its row in `figures`, or -1 where they have none of just these pages. O(intervals + rows). */
export function figureRows({ length, bounds, row }: Intervals, figures: MappingFigures): Int32Array {
  const rows = new Int32Array(length).fill(-1);
  let at = 0;
  for (let i = 0; i < length; i++) {
    if ((row[i] ?? -1) < 0) continue;
    const start = bounds[i] ?? 0;
    while (at < figures.length && (figures.start[at] ?? 0) < start) at++;
    if (figures.start[at] === start && figures.end[at] === bounds[i + 1]) rows[i] = at;
  }
  return rows;
}

/** What share of each interval is in memory, in [0, 1]; NaN where nothing is told of it. */
export function residentShares(intervals: Intervals, figures: MappingFigures): Float32Array {
  const KB_OF_PAGE = 4;
  return Float32Array.from(figureRows(intervals, figures), (row, i) => {
    if (row < 0) return NaN;
    const kb = ((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0)) * KB_OF_PAGE;
    // Pages of hugetlbfs are no part of Rss.
    const inMemory = (figures.rss[row] ?? 0) + (figures.sharedHugetlb[row] ?? 0) + (figures.privateHugetlb[row] ?? 0);
    return Math.min(1, inMemory / kb);
  });
}
