import type { BreakdownRow } from '@procmap/shared/use/breakdown/breakdown.ts';
import { formatBytes, formatCount } from '@procmap/shared/units.ts';

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

/** What a row is made of, without what is zero: `3 mappings: 8 MB never touched, 12 KB private, PSS 12 KB`. */
export function rowFacts(row: BreakdownRow): string {
  const parts = [
    [row.reserved, 'reserved'],
    [row.untouched, 'never touched'],
    [row.private, 'private'],
    [row.shared, 'shared'],
    [row.swap, 'swapped out'],
    [row.huge, 'on huge pages'],
    [row.hugetlb, 'of hugetlbfs'],
  ] as const;
  const told = parts.flatMap(([kb, words]) => (kb === 0 ? [] : [`${formatBytes(kb * 1024)} ${words}`]));
  const pss = row.resident > row.hugetlb ? [`PSS ${formatBytes(row.pss * 1024)}`] : [];
  return `${formatCount(row.count)} ${row.count === 1 ? 'mapping' : 'mappings'}: ${[...told, ...pss].join(', ')}`;
}
