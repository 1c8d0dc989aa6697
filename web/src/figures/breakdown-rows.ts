import type { BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';
import { Use, useName } from '@procmap/shared/use/use-list.ts';
import { formatCount } from '@procmap/shared/units.ts';

export type BreakdownSort = 'virtual' | 'resident';

export const AMOUNT_WORDS: Readonly<Record<BreakdownSort, { readonly title: string; readonly hint: string }>> = {
  virtual: { title: 'Virtual', hint: 'Address space: reserved, never touched, in memory and swapped out' },
  resident: { title: 'In memory', hint: 'Pages in memory, huge pages of hugetlbfs included' },
};

/** `thread stacks ×300`. */
export function rowTitle({ use, count }: BreakdownRow): string {
  const name = use === null ? 'not known' : useName(Use[use], count);
  return count === 1 ? name : `${name} ×${formatCount(count)}`;
}

/** The search that finds the mappings of a row. */
export function rowTerm({ use }: BreakdownRow): string {
  return use === null ? 'use:none space:user' : `use:${use}`;
}

/** Descending. */
export function sortedRows(rows: readonly BreakdownRow[], sort: BreakdownSort): readonly BreakdownRow[] {
  return rows.toSorted((a, b) => b[sort] - a[sort]);
}
