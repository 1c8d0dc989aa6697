import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { ShownIntervals } from '../../axis/hierarchy.ts';
import { COLUMN_OF, type ColumnKey } from './table-columns.ts';

export interface TableSort {
  readonly column: ColumnKey;
  readonly descending: boolean;
}

/** As in the picture. */
export const BY_ADDRESS: TableSort = { column: 'start', descending: true };

/** The shown intervals that have rows in the table, by descending address. `matches` null: all. */
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

/** The same rows in another order. Ties are sorted by descending address in both directions. */
export function sortRows(
  rows: Uint32Array,
  intervals: Intervals,
  { column, descending }: TableSort,
  figures: MappingFigures | null,
  uses: Uses | null = null,
): Uint32Array {
  if (column === BY_ADDRESS.column) return descending ? rows : rows.toReversed();
  const { sortKey, sortHigh } = COLUMN_OF[column];
  const [low, high] = [new Uint32Array(rows.length), new Uint32Array(rows.length)];
  const value = sortKey(intervals, figures, uses);
  const above = sortHigh?.(intervals) ?? null;
  for (let n = 0; n < rows.length; n++) {
    const i = rows[n] ?? 0;
    const number = value(i);
    low[n] = number % 2 ** 32;
    high[n] = above === null ? number / 2 ** 32 : above(i);
  }
  return radixSort(rows, low, high, descending);
}

const DIGIT_BITS = 16;
const DIGITS = 2 ** DIGIT_BITS;

/** Sorts by 64-bit keys, `low` and `high` of each row: stable, at most four passes, no comparisons. */
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
    // If all rows have the same digit, the pass changes nothing.
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
