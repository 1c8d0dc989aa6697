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

/**
 * A mapping as a row of numbers: its first page, one past its last one, the columns (NaN for what the kernel does not tell), which line of VmFlags it has, and device, inode and
 * offset (pages) of what is mapped, as a MappingTable has them.
 */
export const FIGURE_ROW_CELLS = FIGURE_COLUMNS.length + 7;
export const FLAG_SET_CELL = FIGURE_ROW_CELLS - 5;
export const DEVICE_CELL = FIGURE_ROW_CELLS - 4;
export const INODE_LOW_CELL = FIGURE_ROW_CELLS - 3;
export const INODE_HIGH_CELL = FIGURE_ROW_CELLS - 2;
export const OFFSET_CELL = FIGURE_ROW_CELLS - 1;

/**
 * Figures of mappings as a struct of arrays, ascending by start, disjoint: one row for each mapping that smaps told of at that moment. The map that is on
 * the page may be another by then: see JoinedFigures.
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
  /** Of what is mapped, as in a MappingTable; NaN: not told. */
  readonly device: Float64Array;
  /** In full, as far as a double is exact: enough to see that it is another one. */
  readonly inode: Float64Array;
  /** In pages. */
  readonly offset: Float64Array;
}

/** Pages of hugetlbfs, which are no part of Rss, nor of what else smaps tells. */
export const HUGETLB: readonly FigureColumn[] = ['sharedHugetlb', 'privateHugetlb'];
/** What is in memory. */
export const IN_MEMORY: readonly FigureColumn[] = ['rss', ...HUGETLB];
