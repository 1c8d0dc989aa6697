import { KB_OF_PAGE } from '../../page.ts';
import type { FigureColumn, MappingFigures } from '../../figures/mapping-figures.ts';

/** What a part of the address space amounts to, in KiB. `virtual` = reserved + untouched + resident + swapped. */
export const AMOUNTS = ['virtual', 'reserved', 'untouched', 'resident', 'private', 'shared', 'pss', 'swap', 'huge', 'hugetlb'] as const;
type Amount = (typeof AMOUNTS)[number];

/**
 * - reserved: without access, and without memory; untouched: accessible, but no page of it was ever used, or all were
 *   given back
 * - resident: in memory, hugetlbfs included; private (its own) and shared (some other process maps it too) add up to it
 * - pss: each page divided by its number of mappings, hugetlbfs excluded, as the kernel counts
 * - huge: of what is resident, on transparent huge pages; hugetlb: on pages of hugetlbfs
 */
export type Amounts = Readonly<Record<Amount, number>>;

/** Adds the amounts of one row of smaps to `sums`, in the order of AMOUNTS. `isClosed`: the mapping has no access. */
export function addRow(sums: Float64Array, figures: MappingFigures, row: number, isClosed: boolean): void {
  /** A figure that the kernel does not report counts as none. */
  const kb = (column: FigureColumn): number => {
    const value = figures[column][row] ?? 0;
    return Number.isNaN(value) ? 0 : value;
  };
  const virtual = KB_OF_PAGE * ((figures.end[row] ?? 0) - (figures.start[row] ?? 0));
  const hugetlb = kb('sharedHugetlb') + kb('privateHugetlb');
  const resident = kb('rss') + hugetlb;
  const swap = kb('swap');
  const rest = virtual - resident - swap;
  const own = kb('privateClean') + kb('privateDirty') + kb('privateHugetlb');
  const shared = kb('sharedClean') + kb('sharedDirty') + kb('sharedHugetlb');
  const huge = kb('anonHugePages') + kb('shmemHuge') + kb('fileHuge');
  const amounts = [virtual, isClosed ? rest : 0, isClosed ? 0 : rest, resident, own, shared, kb('pss'), swap, huge, hugetlb];
  for (let i = 0; i < amounts.length; i++) sums[i] = (sums[i] ?? 0) + (amounts[i] ?? 0);
}

/** Sums of rows together. */
export function totalOf(all: readonly Float64Array[]): Amounts {
  return Object.fromEntries(AMOUNTS.map((amount, i) => [amount, all.reduce((sum, each) => sum + (each[i] ?? 0), 0)])) as Amounts;
}
