import { type Intervals, permsAt } from '@procmap/shared/intervals.ts';
import { isMappingKind, KINDS } from '@procmap/shared/kind.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import { useWord } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { fileTerm, fileTitle, nameTerm } from '@procmap/shared/files/file-title.ts';
import { useToken } from '../../colour/by-use.ts';
import { isMapped } from '../../regions/mapped.ts';
import { type AllSums, sumFigures } from './figure-sums.ts';
import { amountRank, isFigure } from './table-figures.ts';
import { radixSort, type TableSort } from './table-order.ts';
import { groupLine } from './table-line.ts';
import { Titles } from './table-titles.ts';
import { USE_GROUPS, useGroup, useGroupRank, useGroupTerm, useGroupTitle } from './table-uses.ts';

export const GROUPINGS = ['none', 'file', 'kind', 'perms', 'use'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Groups of rows as a struct of arrays, in display order; their members follow each other in the same order. */
export interface Groups {
  readonly by: Exclude<Grouping, 'none'>;
  readonly length: number;
  /**
   * Key of each group: a number in Titles, beyond those in MappedFiles; an index in KINDS; permissions (permsCode); or
   * a use (useKey).
   */
  readonly key: Uint32Array;
  readonly pages: Float64Array;
  /** See isMapped. */
  readonly mappedPages: Float64Array;
  /** null if they were not read. */
  readonly figures: AllSums | null;
  /** length + 1: the members of group g are [first[g], first[g + 1]). */
  readonly first: Uint32Array;
  readonly members: Uint32Array;
}

const NONE = new Uint32Array();
const KERNEL_PAGES = 16;
const NO_PERMS = 32;

/** PERM_* bits of a mapping; plus 16 for pages of the kernel; 32: not mapped, or pages with several permissions. */
function permsCode(intervals: Intervals, index: number): number {
  const { row, part, kernel } = intervals;
  const isMapping = (row[index] ?? -1) >= 0;
  if (!isMapping && (kernel.range[part[index] ?? -1] ?? -1) < 0) return NO_PERMS;
  return (permsAt(intervals, index) ?? 0) + (isMapping ? 0 : KERNEL_PAGES);
}

/** By file if there is a name of any sort. */
function fileKey(intervals: Intervals, titles: Titles, index: number): number {
  const { table, row } = intervals;
  const mapping = row[index] ?? -1;
  if (mapping < 0 || (table.name[mapping] ?? 0) === 0) return titles.at(intervals, index);
  return titles.length + (mappedFiles(table).of[mapping] ?? 0);
}

/** By use; of what is no mapping, by kind, beyond the uses. */
function useKey({ row, kind }: Intervals, uses: Uses | null, index: number): number {
  const mapping = row[index] ?? -1;
  return mapping < 0 ? USE_GROUPS + (kind[index] ?? 0) : useGroup(mapping, uses);
}

/** The number in Titles. */
function titleOf({ table }: Intervals, titles: Titles, key: number): number {
  return key < titles.length ? key : (table.name[mappedFiles(table).row[key - titles.length] ?? 0] ?? 0);
}

function isName(titles: Titles, key: number): boolean {
  return key >= titles.length || titles.kindOf(key) < 0;
}

/** Groups sorted rows. Largest group first, by mapped size, or by the sort column if it is a sum. */
export function groupRows(
  rows: Uint32Array,
  intervals: Intervals,
  by: Groups['by'],
  sort: TableSort,
  figures: MappingFigures | null,
  uses: Uses | null = null,
): Groups {
  const titles = Titles.of(intervals);
  const { most, keyOf } = keysBy(by, intervals, titles, uses);
  const keys = rows.map(keyOf);
  const counts = new Uint32Array(most);
  for (const key of keys) counts[key] = (counts[key] ?? 0) + 1;
  const found = Uint32Array.from(counts.keys()).filter((key) => (counts[key] ?? 0) > 0);
  const sums = sumUp(rows, keys, most, intervals, figures);
  const rankOf = by === 'use' ? useGroupRank : (each: number): number => titles.ranks[titleOf(intervals, titles, each)] ?? 0;
  const key = sortKeys(found, sums, sort, by, rankOf);
  const first = new Uint32Array(key.length + 1);
  const place = new Uint32Array(most);
  key.forEach((each, g) => {
    place[each] = first[g] ?? 0;
    first[g + 1] = (first[g] ?? 0) + (counts[each] ?? 0);
  });
  const members = new Uint32Array(rows.length);
  rows.forEach((row, i) => {
    const at = keys[i] ?? 0;
    members[place[at] ?? 0] = row;
    place[at] = (place[at] ?? 0) + 1;
  });
  const pick = (column: Float64Array): Float64Array => Float64Array.from(key, (each) => column[each] ?? 0);
  return {
    by,
    length: key.length,
    key,
    pages: pick(sums.pages),
    mappedPages: pick(sums.mappedPages),
    figures: sums.figures === null ? null : pickFigures(sums.figures, key),
    first,
    members,
  };
}

/** The key of each interval; all keys are below `most`. */
function keysBy(by: Groups['by'], intervals: Intervals, titles: Titles, uses: Uses | null): { readonly most: number; readonly keyOf: (i: number) => number } {
  switch (by) {
    case 'file':
      return { most: titles.length + mappedFiles(intervals.table).length, keyOf: (i) => fileKey(intervals, titles, i) };
    case 'kind':
      return { most: KINDS.length, keyOf: (i) => intervals.kind[i] ?? 0 };
    case 'perms':
      return { most: NO_PERMS + 1, keyOf: (i) => permsCode(intervals, i) };
    case 'use':
      return { most: USE_GROUPS + KINDS.length, keyOf: (i) => useKey(intervals, uses, i) };
  }
}

type Sums = Readonly<Record<'pages' | 'mappedPages', Float64Array>> & Pick<Groups, 'figures'>;

function pickFigures(figures: AllSums, keys: Uint32Array): AllSums {
  const picked = Object.entries(figures).map(([name, { kb, told }]) => [
    name,
    { kb: Float64Array.from(keys, (key) => kb[key] ?? 0), told: Uint8Array.from(keys, (key) => told[key] ?? 0) },
  ]);
  return Object.fromEntries(picked) as AllSums;
}

function sumUp(rows: Uint32Array, keys: Uint32Array, most: number, intervals: Intervals, figures: MappingFigures | null): Sums {
  const { bounds } = intervals;
  const sums = { pages: new Float64Array(most), mappedPages: new Float64Array(most) };
  const add = (column: Float64Array, key: number, amount: number): void => {
    column[key] = (column[key] ?? 0) + amount;
  };
  for (let n = 0; n < rows.length; n++) {
    const [i = 0, key = 0] = [rows[n], keys[n]];
    const size = (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
    add(sums.pages, key, size);
    if (isMapped(intervals, i)) add(sums.mappedPages, key, size);
  }
  return { ...sums, figures: figures === null ? null : sumFigures(rows, most, (n) => keys[n] ?? 0, intervals, figures) };
}

function sortKeys(found: Uint32Array, sums: Sums, { column, descending }: TableSort, by: Groups['by'], rankOf: (key: number) => number): Uint32Array {
  const isSum = isFigure(column);
  const isByName = (column === 'name' && by === 'file') || (column === 'use' && by === 'use');
  // Figures are whole KiB, so they can be sort keys directly.
  const of = isSum ? sums.figures?.[column] : undefined;
  const amounts = column === 'size' ? sums.pages : sums.mappedPages;
  const value = (key: number): number => (isByName ? rankOf(key) : of !== undefined ? amountRank(of.kb[key] ?? 0, of.told[key] ?? 0) : (amounts[key] ?? 0));
  const sortBy = (keys: Uint32Array, of: (key: number) => number, down: boolean): Uint32Array =>
    radixSort(
      keys,
      keys.map((key) => of(key) % 2 ** 32),
      keys.map((key) => of(key) / 2 ** 32),
      down,
    );
  // Groups without mapped memory are sorted by size.
  const bySize = sortBy(found, (key) => sums.pages[key] ?? 0, true);
  return sortBy(bySize, value, isSum || isByName || column === 'size' ? descending : true);
}

/** Its rows, as indexes of intervals. */
export function membersOf({ first, members }: Groups, group: number): Uint32Array {
  return members.subarray(first[group], first[group + 1]);
}

export function groupTitle({ by, key }: Groups, group: number, intervals: Intervals): string {
  const of = key[group] ?? 0;
  if (by === 'file') {
    const titles = Titles.of(intervals);
    return of < titles.length ? titles.text(of) : fileTitle(intervals.table, mappedFiles(intervals.table), of - titles.length);
  }
  if (by === 'kind') return kindLabel(of);
  if (by === 'use') return of < USE_GROUPS ? useGroupTitle(of) : kindLabel(of - USE_GROUPS);
  if (of === NO_PERMS) return 'No permissions';
  return of < KERNEL_PAGES ? permsText(of) + typeText(of) : `${permsText(of - KERNEL_PAGES)} kernel`;
}

/** The title is a name, which may be hostile. */
export function isNamed({ by, key }: Groups, group: number, intervals: Intervals): boolean {
  return by === 'file' && isName(Titles.of(intervals), key[group] ?? 0);
}

/** The search term for a group's members; '' if there is none. */
export function groupTerm(groups: Groups, group: number, intervals: Intervals): string {
  const { by, key } = groups;
  const of = key[group] ?? 0;
  if (by === 'kind') return `kind:${KINDS[of] ?? ''}`;
  if (by === 'use') return of < USE_GROUPS ? useGroupTerm(of) : `kind:${KINDS[of - USE_GROUPS] ?? ''}`;
  if (by === 'perms') {
    if (of === NO_PERMS) return '';
    return of < KERNEL_PAGES ? `perm:${permsText(of)}${typeText(of)}` : `perm:${permsText(of - KERNEL_PAGES)} space:kernel`;
  }
  const titles = Titles.of(intervals);
  if (of >= titles.length) return fileTerm(intervals.table, mappedFiles(intervals.table), of - titles.length);
  const kind = titles.kindOf(of);
  if (kind < 0) return nameTerm(groupTitle(groups, group, intervals));
  return isMappingKind(kind) ? 'name=""' : `kind:${KINDS[kind] ?? ''}`;
}

/** The colour that a group is painted with, a token: of its use, or of the kind of its first member. */
export function groupToken(groups: Groups, group: number, intervals: Intervals): string {
  const of = groups.key[group] ?? 0;
  if (groups.by === 'use' && of < USE_GROUPS) return useToken(useWord(of));
  return `kind-${KINDS[intervals.kind[membersOf(groups, group)[0] ?? 0] ?? 0] ?? 'gap'}`;
}

/** The lines of the table, as in table-line.ts. Members follow their group if it is expanded. */
export function tableLines(rows: Uint32Array, groups: Groups | null, isExpanded: (group: number) => boolean): Int32Array {
  if (groups === null) return new Int32Array(rows.buffer, rows.byteOffset, rows.length);
  const isOpen = Uint8Array.from({ length: groups.length }, (_, group) => (isExpanded(group) ? 1 : 0));
  const shown = (group: number): Uint32Array => (isOpen[group] === 1 ? membersOf(groups, group) : NONE);
  const lines = new Int32Array(isOpen.reduce((length, _, group) => length + shown(group).length, groups.length));
  let at = 0;
  for (let group = 0; group < groups.length; group++) {
    lines[at++] = groupLine(group);
    lines.set(shown(group), at);
    at += shown(group).length;
  }
  return lines;
}
