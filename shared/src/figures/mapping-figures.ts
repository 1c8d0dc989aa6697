/** Sizes in KiB that /proc/PID/smaps reports for each mapping, named as there (proc_pid_smaps(5)). */
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
 * A mapping as a row of numbers: its first page, one past its last page, the columns (NaN: not reported by the kernel),
 * the index of its VmFlags line, and the device, inode and offset (pages) of the mapped object, as in a MappingTable.
 */
export const FIGURE_ROW_CELLS = FIGURE_COLUMNS.length + 7;
export const FLAG_SET_CELL = FIGURE_ROW_CELLS - 5;
export const DEVICE_CELL = FIGURE_ROW_CELLS - 4;
export const INODE_LOW_CELL = FIGURE_ROW_CELLS - 3;
export const INODE_HIGH_CELL = FIGURE_ROW_CELLS - 2;
export const OFFSET_CELL = FIGURE_ROW_CELLS - 1;

/**
 * Figures of mappings as a struct of arrays, ascending by start, disjoint: one row for each mapping in smaps at that
 * moment. The map on the page may have changed since: see JoinedFigures.
 */
export interface MappingFigures extends Readonly<Record<FigureColumn, Float64Array>> {
  readonly length: number;
  /** First page. */
  readonly start: Float64Array;
  /** One past the last page. */
  readonly end: Float64Array;
  /** Index in flagSets. */
  readonly flagSet: Uint16Array;
  /** The distinct VmFlags lines as the kernel wrote them: `rd ex mr mw me sd`. The first is empty. */
  readonly flagSets: readonly string[];
  /** Of the mapped object, as in a MappingTable; NaN: unknown. */
  readonly device: Float64Array;
  /** The whole inode number as far as a double is exact: enough to notice a different one. */
  readonly inode: Float64Array;
  /** In pages. */
  readonly offset: Float64Array;
}

/** Pages of hugetlbfs. Rss and the other figures of smaps exclude them. */
export const HUGETLB: readonly FigureColumn[] = ['sharedHugetlb', 'privateHugetlb'];
/** Memory that is present in RAM. */
export const IN_MEMORY: readonly FigureColumn[] = ['rss', ...HUGETLB];
