import { NO_USE, USES, useName, useWord } from '@procmap/shared/use/use-list.ts';
import { USE_NOT_KNOWN, useText } from '@procmap/shared/use/use-text.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';

/** A group for each use, then one for mappings whose use is not known. */
export const USE_GROUPS = USES.length + 1;

const ALPHABET = USES.map((_, use) => use).sort((a, b) => (useName(a) < useName(b) ? -1 : 1));
/** Place of each use in the alphabet, from 1; 0: not known. */
const RANKS = Uint8Array.from({ length: 256 }, (_, use) => 1 + ALPHABET.indexOf(use));

/** What the mapping of a row is for; '' for what is no mapping, `–` where no use is known. */
export function useCell(row: number, uses: Uses | null): string {
  if (row < 0) return '';
  const use = useWord(uses?.use[row] ?? NO_USE);
  return use === null ? '–' : useText({ use, of: uses?.of(row) ?? '' });
}

/** To sort by: 0 for what is no mapping, 1 where no use is known. */
export function useRank(row: number, uses: Uses | null): number {
  return row < 0 ? 0 : 1 + (RANKS[uses?.use[row] ?? NO_USE] ?? 0);
}

/** The group of a mapping. */
export function useGroup(row: number, uses: Uses | null): number {
  return Math.min(uses?.use[row] ?? NO_USE, USES.length);
}

/** To sort groups by, as their members are sorted. */
export function useGroupRank(group: number): number {
  return RANKS[group] ?? 0;
}

export function useGroupTitle(group: number): string {
  return group < USES.length ? useName(group, 2) : USE_NOT_KNOWN;
}

export function useGroupTerm(group: number): string {
  const use = useWord(group);
  return use === null ? 'use:none' : `use=${use}`;
}
