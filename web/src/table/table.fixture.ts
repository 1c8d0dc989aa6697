import { Told } from '@procmap/shared/figures/joined-figures.ts';
import type { FigureColumn, MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { halvesIn } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { LAYOUT_64, linesIn, tableOf } from '@procmap/shared/table.fixture.ts';
import { NO_USE, useName, USES } from '@procmap/shared/use/use-list.ts';
import { type Claim, Uses } from '@procmap/shared/use/uses.ts';
import { kindLabel } from '@procmap/shared/words.ts';
import fc from 'fast-check';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { COLUMN_OF, type ColumnKey } from './lines/table-columns.ts';
import { type FigureKey, isFigure, TABLE_FIGURES } from './lines/table-figures.ts';

export const maps: fc.Arbitrary<Intervals> = fc
  .tuple(linesIn(LAYOUT_64).map(tableOf), halvesIn(LAYOUT_64))
  .map(([table, half]) => tile(table, LAYOUT_64, rangeParts(half, LAYOUT_64)));
/** All existing columns. */
export const KEYS = Object.keys(COLUMN_OF) as ColumnKey[];

/** NaN if there is no such row. */
export function kbOf(figures: MappingFigures, key: FigureKey, row: number): number {
  const parts: readonly FigureColumn[] = TABLE_FIGURES.find((each) => each.key === key)?.parts ?? [];
  return parts.reduce((sum, column) => sum + (figures[column][row] ?? NaN), 0);
}

/** Uses of a map's mappings, one after the other; each third is not known. */
export function sampleUses({ table }: Intervals): Uses {
  const claims = USES.map((use): Claim => ({ use, certainty: 'seen', of: (row) => `owner ${row}`, evidence: `a sample of ${use}` }));
  const claimOf = Int32Array.from({ length: table.length }, (_, row) => (row % 3 === 2 ? -1 : (7 * row) % claims.length));
  return new Uses(table, claims, claimOf, new Map());
}

type Value = bigint | number | string;

/** The sort value of each column but the figures. */
const VALUE_OF: Readonly<Record<Exclude<ColumnKey, FigureKey>, (view: IntervalView) => Value>> = {
  start: ({ startPage }) => startPage,
  end: ({ endPage }) => endPage,
  size: ({ startPage, endPage }) => endPage - startPage,
  perms: ({ perms }) => (perms === null ? -1 : perms & (PERM_READ | PERM_WRITE | PERM_EXEC)),
  type: ({ type }) => type ?? '',
  kind: ({ kind }) => kindLabel(kind),
  name: ({ hasName, name }) => (hasName ? name.toLowerCase() : ''),
  use: ({ row, intervals }) => (row < 0 ? '' : useName(sampleUses(intervals).use[row] ?? NO_USE) || ' '),
  offset: ({ offsetPages }) => offsetPages ?? -1,
  inode: ({ inode }) => BigInt(inode ?? 0),
  device: ({ row, intervals }) => intervals.table.device[row] ?? 0,
};

/** The sort value of a column, as a plain value. */
export function valueOf(intervals: Intervals, i: number, key: ColumnKey): Value {
  const view = new IntervalView(intervals, i);
  if (!isFigure(key)) return VALUE_OF[key](view);
  const figures = sampleFigures(intervals);
  const figure = view.row < 0 ? -1 : figures.start.indexOf(view.startPage);
  // Rows without an amount come before unknown ones, these before 0.
  return figure < 0 ? (view.row < 0 ? -2 : -1) : kbOf(figures, key, figure);
}

/** How much is known of a sum over rows: all, part or none of it, or there is nothing to add. */
export function toldOf(rows: Uint32Array, { row, table }: Intervals): Told {
  const mappings = Array.from(rows, (i) => row[i] ?? -1).filter((at) => at >= 0);
  if (mappings.length === 0) return Told.nothing;
  if (mappings.every((at) => at % 2 === 1)) return Told.unknown;
  // See sampleFigures: half of one page counts as the whole.
  return mappings.every((at) => at % 2 === 0 && (at % 4 === 0 || (table.end[at] ?? 0) - (table.start[at] ?? 0) === 1)) ? Told.whole : Told.part;
}
