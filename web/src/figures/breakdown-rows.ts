import type { BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';

export type BreakdownSort = 'virtual' | 'resident';

export const AMOUNT_WORDS: Readonly<Record<BreakdownSort, { readonly title: string; readonly hint: string }>> = {
  virtual: { title: 'Virtual', hint: 'Address space: reserved, never touched, in memory and swapped out' },
  resident: { title: 'In memory', hint: 'Pages in memory, huge pages of hugetlbfs included' },
};

/** The search that finds the mappings of a row. */
export function rowTerm({ use }: BreakdownRow): string {
  return use === null ? 'use:none space:user' : `use:${use}`;
}

/** Descending. */
export function sortedRows(rows: readonly BreakdownRow[], sort: BreakdownSort): readonly BreakdownRow[] {
  return rows.toSorted((a, b) => b[sort] - a[sort]);
}
