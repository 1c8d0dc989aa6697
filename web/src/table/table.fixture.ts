import { Told } from '@procmap/shared/figures/joined-figures.ts';
import type { FigureColumn, MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { halvesIn } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { inodeText } from '@procmap/shared/region.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { LAYOUT_64, linesIn, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { titleOf } from '../regions/naming.ts';
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

/** The sort value of a column, as a plain value. */
export function valueOf(intervals: Intervals, i: number, key: ColumnKey): bigint | number | string {
  const { bounds, row, table } = intervals;
  const at = row[i] ?? -1;
  const figures = sampleFigures(intervals);
  const figure = figures.start.findIndex((start) => at >= 0 && start === bounds[i]);
  if (key === 'start') return bounds[i] ?? 0;
  if (key === 'end') return bounds[i + 1] ?? 0;
  if (key === 'size') return (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
  if (key === 'inode') return at < 0 ? 0n : BigInt(inodeText(table, at));
  if (key === 'offset') return at < 0 ? -1 : (table.offset[at] ?? 0);
  if (key === 'device') return at < 0 ? 0 : (table.device[at] ?? 0);
  if (key === 'name') return new IntervalView(intervals, i).hasName ? titleOf(intervals, i).toLowerCase() : '';
  // Rows without an amount come before unknown ones, these before 0.
  if (isFigure(key)) return figure < 0 ? (at < 0 ? -2 : -1) : kbOf(figures, key, figure);
  return '';
}

/** How much is known of a sum over rows: all, part or none of it, or there is nothing to add. */
export function toldOf(rows: Uint32Array, { row, table }: Intervals): Told {
  const mappings = Array.from(rows, (i) => row[i] ?? -1).filter((at) => at >= 0);
  if (mappings.length === 0) return Told.nothing;
  if (mappings.every((at) => at % 2 === 1)) return Told.unknown;
  // See sampleFigures: half of one page counts as the whole.
  return mappings.every((at) => at % 2 === 0 && (at % 4 === 0 || (table.end[at] ?? 0) - (table.start[at] ?? 0) === 1)) ? Told.whole : Told.part;
}
