import { JoinedFigures, toldOfBoth } from '@procmap/shared/figures/joined-figures.ts';
import type { FigureColumn, MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import { type FigureKey, TABLE_FIGURES } from './table-figures.ts';

/** Sums of one column of figures for each group of rows. */
interface FigureSums {
  /** In KiB, as far as known. */
  readonly kb: Float64Array;
  /** A Told for each group. */
  readonly told: Uint8Array;
}

export type AllSums = Readonly<Record<FigureKey, FigureSums>>;

/** Sums for each group of rows; `groupOf` gets the place of a row among them. */
export function sumFigures(rows: Uint32Array, groups: number, groupOf: (place: number) => number, intervals: Intervals, figures: MappingFigures): AllSums {
  const joined = JoinedFigures.of(intervals, figures);
  const sum = (columns: readonly FigureColumn[]): FigureSums => {
    const [kb, told] = [new Float64Array(groups), new Uint8Array(groups)];
    for (let n = 0; n < rows.length; n++) {
      const [i = 0, group] = [rows[n], groupOf(n)];
      const amount = joined.kb(i, columns);
      told[group] = toldOfBoth(told[group] ?? 0, joined.toldOf(i, amount));
      kb[group] = (kb[group] ?? 0) + (amount || 0);
    }
    return { kb, told };
  };
  return Object.fromEntries(TABLE_FIGURES.map(({ key, parts }) => [key, sum(parts)])) as AllSums;
}
