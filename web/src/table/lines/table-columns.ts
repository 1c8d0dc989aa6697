import { type Intervals, permsAt } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type Bytes, formatByteAddress } from '@procmap/shared/page.ts';
import { permsText } from '@procmap/shared/perms.ts';
import { formatSize } from '@procmap/shared/units.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import { ESSENTIAL } from '../../ui/visible-columns.ts';
import type { TableColumn } from './table-column.ts';
import { FIGURE_COLUMNS, isFigure, shownFigures } from './table-figures.ts';
import { Titles } from './table-titles.ts';
import { useCell, useRank } from './table-uses.ts';

const PLAIN = { right: false, mono: false } as const;
const WORD = { ...PLAIN, first: 'asc' } as const;
const ADDRESS = { ...PLAIN, mono: true, first: 'desc' } as const;
const AMOUNT = { right: true, mono: false, first: 'desc' } as const;

/** All columns except figures, in display order. To add a column, add an entry. */
const OWN_COLUMNS = [
  {
    key: 'start',
    text: 'Start',
    hint: 'first address',
    widthPx: 130,
    keepAt: 40,
    ...ADDRESS,
    cell: ({ intervals, start }) => boundText(intervals, start),
    sortKey: (intervals) => (i) => intervals.bounds[i] ?? 0,
  },
  {
    key: 'end',
    text: 'End',
    hint: 'one past the last address',
    widthPx: 140,
    keepAt: ESSENTIAL,
    ...ADDRESS,
    cell: ({ intervals, end }) => boundText(intervals, end),
    sortKey: (intervals) => (i) => intervals.bounds[i + 1] ?? 0,
  },
  {
    key: 'size',
    text: 'Size',
    hint: 'size',
    widthPx: 68,
    keepAt: 20,
    ...AMOUNT,
    cell: ({ size }) => formatSize(size),
    sortKey: (intervals) => (i) => (intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0),
  },
  {
    key: 'perms',
    text: 'Perms',
    hint: 'permissions',
    widthPx: 50,
    keepAt: 30,
    ...WORD,
    mono: true,
    cell: ({ perms }) => (perms === null ? '' : permsText(perms)),
    sortKey: (intervals) => (i) => {
      const perms = permsAt(intervals, i);
      return perms === null ? 0 : 1 + (perms & 7);
    },
  },
  {
    key: 'type',
    text: 'Type',
    hint: 'private or shared',
    widthPx: 44,
    keepAt: 110,
    ...WORD,
    mono: true,
    cell: ({ type }) => type ?? '',
    sortKey: (intervals) => (i) => ofRow(intervals.row[i], (at) => 1 + ((intervals.table.perms[at] ?? 0) >> 3), 0),
  },
  {
    key: 'kind',
    text: 'Kind',
    hint: 'kind',
    widthPx: 120,
    keepAt: 105,
    ...WORD,
    cell: ({ kind }) => kindLabel(kind),
    sortKey({ kind }) {
      const alphabet = KINDS.map((_, at) => kindLabel(at)).sort();
      const ranks = KINDS.map((_, at) => alphabet.indexOf(kindLabel(at)));
      return (i) => ranks[kind[i] ?? 0] ?? 0;
    },
  },
  {
    key: 'name',
    text: 'Name',
    hint: 'name',
    widthPx: 120,
    grow: 1,
    keepAt: 10,
    ...WORD,
    cell: ({ hasName, name }) => (hasName ? name : ''),
    sortKey(intervals) {
      const titles = Titles.of(intervals);
      const { ranks } = titles;
      return (i) => ranks[titles.at(intervals, i)] ?? 0;
    },
  },
  {
    key: 'use',
    text: 'Use',
    hint: 'what it is for',
    widthPx: 112,
    grow: 0.6,
    keepAt: 50,
    ...WORD,
    cell: ({ row }, _, uses) => useCell(row, uses),
    sortKey:
      ({ row }, _, uses) =>
      (i) =>
        useRank(row[i] ?? -1, uses),
  },
  {
    key: 'offset',
    text: 'Offset',
    hint: 'offset in the file',
    widthPx: 92,
    keepAt: 120,
    ...AMOUNT,
    mono: true,
    cell: ({ hasFile, offset }) => (hasFile ? (offset ?? '') : ''),
    sortKey: (intervals) => (i) => ofRow(intervals.row[i], (at) => 1 + (intervals.table.offset[at] ?? 0), 0),
  },
  {
    key: 'inode',
    text: 'Inode',
    hint: 'inode of the file',
    widthPx: 84,
    keepAt: 130,
    ...AMOUNT,
    cell: ({ hasFile, inode }) => (hasFile ? (inode ?? '') : ''),
    sortKey: (intervals) => (i) => ofRow(intervals.row[i], (at) => intervals.table.inodeLow[at] ?? 0, 0),
    sortHigh: (intervals) => (i) => ofRow(intervals.row[i], (at) => intervals.table.inodeHigh[at] ?? 0, 0),
  },
  {
    key: 'device',
    text: 'Device',
    hint: 'device of the file, major:minor',
    widthPx: 58,
    keepAt: 140,
    ...AMOUNT,
    mono: true,
    cell: ({ hasFile, device }) => (hasFile ? (device ?? '') : ''),
    sortKey: (intervals) => (i) => ofRow(intervals.row[i], (at) => intervals.table.device[at] ?? 0, 0),
  },
] as const satisfies readonly TableColumn[];

export type ColumnKey = (typeof OWN_COLUMNS)[number]['key'] | (typeof FIGURE_COLUMNS)[number]['key'];
export type Column = TableColumn<ColumnKey>;

const COLUMNS: readonly Column[] = [...OWN_COLUMNS, ...FIGURE_COLUMNS];
export const COLUMN_OF = Object.fromEntries(COLUMNS.map((column) => [column.key, column])) as Readonly<Record<ColumnKey, Column>>;

/** The columns of a table with these figures, in display order. */
export function columnsOf(figures: MappingFigures | null): readonly Column[] {
  const shown: readonly string[] = shownFigures(figures).map(({ key }) => key);
  return COLUMNS.filter(({ key }) => !isFigure(key) || shown.includes(key));
}

function boundText({ layout }: Intervals, bound: Bytes): string {
  return formatByteAddress(bound, shownDigits(layout, bound.page));
}

/** `otherwise`: the result where nothing is mapped. */
function ofRow<T>(row: number | undefined, of: (row: number) => T, otherwise: T): T {
  return row === undefined || row < 0 ? otherwise : of(row);
}
