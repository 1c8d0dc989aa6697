import { type Intervals, isFilled, permsAt } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { JoinedFigures, Told, toldOfBoth } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import type { ShownIntervals } from '../axis/hierarchy.ts';
import { type ColumnKey, FIGURE_KEYS, FIGURE_PARTS, type FigureKey } from './table-columns.ts';
import { isMapped } from '../regions/mapped.ts';
import { Titles } from './table-titles.ts';

export interface TableSort {
  readonly column: ColumnKey;
  readonly descending: boolean;
}

/** As the picture has it. */
export const BY_ADDRESS: TableSort = { column: 'start', descending: true };

/** The intervals that the table has rows for, of those that are shown, by descending address. `matches` null: all. */
export function chooseRows(
  intervals: Intervals,
  matches: Uint8Array | null,
  withGaps: boolean,
  { first, end }: ShownIntervals = { first: 0, end: intervals.length },
): Uint32Array {
  const rows = new Uint32Array(end - first);
  let count = 0;
  for (let i = end - 1; i >= first; i--) {
    if (matches !== null && matches[i] !== 1) continue;
    if (!withGaps && !isFilled(intervals, i)) continue;
    rows[count++] = i;
  }
  return rows.slice(0, count);
}

/** The same rows in another order. Equals stay by descending address, whichever way round. */
export function sortRows(rows: Uint32Array, intervals: Intervals, { column, descending }: TableSort, figures: MappingFigures | null): Uint32Array {
  if (column === BY_ADDRESS.column) return descending ? rows : rows.toReversed();
  const low = new Uint32Array(rows.length);
  const high = new Uint32Array(rows.length);
  const { inodeLow, inodeHigh } = intervals.table;
  if (column === 'inode') {
    for (let i = 0; i < rows.length; i++) {
      const row = intervals.row[rows[i] ?? 0] ?? -1;
      low[i] = inodeLow[row] ?? 0;
      high[i] = inodeHigh[row] ?? 0;
    }
  } else {
    const value = valueOf(column, intervals, figures);
    for (let i = 0; i < rows.length; i++) {
      const number = value(rows[i] ?? 0);
      low[i] = number % 2 ** 32;
      high[i] = number / 2 ** 32;
    }
  }
  return radixSort(rows, low, high, descending);
}

/** What a column is sorted by: whole numbers from 0, which what has none has. */
function valueOf(column: Exclude<ColumnKey, 'inode'>, intervals: Intervals, figures: MappingFigures | null): (index: number) => number {
  const { bounds, row, table, kind } = intervals;
  switch (column) {
    case 'start':
      return (i) => bounds[i] ?? 0;
    case 'end':
      return (i) => bounds[i + 1] ?? 0;
    case 'size':
      return (i) => (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
    case 'perms':
      return (i) => {
        const perms = permsAt(intervals, i);
        return perms === null ? 0 : 1 + (perms & 7);
      };
    case 'type':
      return (i) => ((row[i] ?? -1) < 0 ? 0 : 1 + ((table.perms[row[i] ?? 0] ?? 0) >> 3));
    case 'kind': {
      const alphabet = KINDS.map((_, at) => kindLabel(at)).sort();
      const ranks = KINDS.map((_, at) => alphabet.indexOf(kindLabel(at)));
      return (i) => ranks[kind[i] ?? 0] ?? 0;
    }
    case 'name': {
      const titles = Titles.of(intervals);
      const { ranks } = titles;
      return (i) => ranks[titles.at(intervals, i)] ?? 0;
    }
    case 'offset':
      return (i) => ((row[i] ?? -1) < 0 ? 0 : 1 + (table.offset[row[i] ?? 0] ?? 0));
    case 'device':
      return (i) => ((row[i] ?? -1) < 0 ? 0 : (table.device[row[i] ?? 0] ?? 0));
    case 'rss':
    case 'hugetlb':
    case 'pss':
    case 'swap': {
      if (figures === null) return () => 0;
      const joined = JoinedFigures.of(intervals, figures);
      return (i) => {
        const kb = joined.kb(i, FIGURE_PARTS[column]);
        return amountRank(kb, joined.toldOf(i, kb));
      };
    }
  }
}

/** What an amount in whole KiB is sorted by: what is none before what is not told, that before 0. */
export function amountRank(kb: number, told: number): number {
  return told === Told.nothing ? 0 : told === Told.unknown ? 1 : 2 + kb;
}

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/** Sorts by keys of 64 bits, `low` and `high` of each row: stable, in at most four passes, none of which compares. */
export function radixSort(rows: Uint32Array, low: Uint32Array, high: Uint32Array, descending: boolean): Uint32Array {
  let order = Uint32Array.from(rows.keys());
  let spare = new Uint32Array(rows.length);
  const flip = descending ? DIGITS - 1 : 0;
  for (const [keys, shift] of [
    [low, 0],
    [low, DIGIT_BITS],
    [high, 0],
    [high, DIGIT_BITS],
  ] as const) {
    const ends = new Uint32Array(DIGITS + 1);
    for (const key of keys) {
      const digit = ((key >>> shift) & (DIGITS - 1)) ^ flip;
      ends[digit + 1] = (ends[digit + 1] ?? 0) + 1;
    }
    // The same digit in all of them orders nothing.
    if (ends.includes(rows.length)) continue;
    for (let digit = 0; digit < DIGITS; digit++) ends[digit + 1] = (ends[digit + 1] ?? 0) + (ends[digit] ?? 0);
    for (const at of order) {
      const digit = (((keys[at] ?? 0) >>> shift) & (DIGITS - 1)) ^ flip;
      spare[ends[digit] ?? 0] = at;
      ends[digit] = (ends[digit] ?? 0) + 1;
    }
    [order, spare] = [spare, order];
  }
  return order.map((at) => rows[at] ?? 0);
}

/** Sums of one column of figures, for as many groups of rows as there are. */
export interface FigureSums {
  /** In KiB, of what is told. */
  readonly kb: Float64Array;
  /** Of each a Told. */
  readonly told: Uint8Array;
}

/** Sums for each group of rows; `groupOf` is told the place of a row among them. */
export function sumFigures(
  rows: Uint32Array,
  groups: number,
  groupOf: (place: number) => number,
  intervals: Intervals,
  figures: MappingFigures,
): Record<FigureKey, FigureSums> {
  const joined = JoinedFigures.of(intervals, figures);
  const sum = (columns: (typeof FIGURE_PARTS)[FigureKey]): FigureSums => {
    const [kb, told] = [new Float64Array(groups), new Uint8Array(groups)];
    for (let n = 0; n < rows.length; n++) {
      const [i = 0, group] = [rows[n], groupOf(n)];
      const amount = joined.kb(i, columns);
      told[group] = toldOfBoth(told[group] ?? 0, joined.toldOf(i, amount));
      kb[group] = (kb[group] ?? 0) + (amount || 0);
    }
    return { kb, told };
  };
  return Object.fromEntries(FIGURE_KEYS.map((key) => [key, sum(FIGURE_PARTS[key])])) as Record<FigureKey, FigureSums>;
}

export interface Totals {
  readonly rows: number;
  readonly pages: number;
  /** Of what is mapped, as the status line counts it: see isMapped. */
  readonly mappedPages: number;
  /** Sums of one group, all rows; null where nobody has read them. */
  readonly figures: Readonly<Record<FigureKey, FigureSums>> | null;
}

/** Sums over some rows. */
export function totalsOf(rows: Uint32Array, intervals: Intervals, figures: MappingFigures | null): Totals {
  const { bounds } = intervals;
  let [pages, mappedPages] = [0, 0];
  for (const i of rows) {
    const size = (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
    pages += size;
    if (isMapped(intervals, i)) mappedPages += size;
  }
  return { rows: rows.length, pages, mappedPages, figures: figures === null ? null : sumFigures(rows, 1, () => 0, intervals, figures) };
}
