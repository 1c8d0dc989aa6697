import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tile } from './intervals.ts';
import { FIGURE_COLUMNS, figureRowOf, figureRows, type FigureColumn, type MappingFigures, residentShares } from './mapping-figures.ts';
import { LAYOUT_64, layouts, type Line, linesIn, tableOf } from './table.fixture.ts';

function figuresOf(
  ranges: readonly { readonly start: number; readonly end: number }[],
  more: Partial<Record<FigureColumn, readonly number[]>> = {},
): MappingFigures {
  const columns = Object.fromEntries(FIGURE_COLUMNS.map(([column]) => [column, Float64Array.from(ranges, (_, i) => more[column]?.[i] ?? 0)])) as Record<
    FigureColumn,
    Float64Array
  >;
  return {
    length: ranges.length,
    start: Float64Array.from(ranges, ({ start }) => start),
    end: Float64Array.from(ranges, ({ end }) => end),
    flagSet: new Uint16Array(ranges.length),
    flagSets: [''],
    ...columns,
  };
}

describe('figures of mappings', () => {
  it('belong to the mappings that have the same pages, and to no other', () => {
    const spaces = layouts.chain((layout) =>
      fc.tuple(fc.constant(layout), linesIn(layout), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 64, maxLength: 64 })),
    );
    fc.assert(
      fc.property(spaces, ([layout, lines, moods]) => {
        // Some are gone from smaps, some end elsewhere, some have become two.
        const told = lines.flatMap(({ start, end }, i) =>
          moods[i % 64] === 0
            ? []
            : moods[i % 64] === 1 && end - start > 1
              ? [
                  { start, end: start + 1 },
                  { start: start + 1, end },
                ]
              : [{ start, end }],
        );
        const intervals = tile(tableOf(lines), layout);
        const figures = figuresOf(told);
        const rows = figureRows(intervals, figures);
        expect(rows.length).toBe(intervals.length);
        rows.forEach((row, i) => {
          const at = told.findIndex(({ start, end }) => start === intervals.bounds[i] && end === intervals.bounds[i + 1]);
          expect(row).toBe((intervals.row[i] ?? -1) < 0 ? -1 : at);
          expect(figureRowOf(figures, intervals.bounds[i] ?? 0, intervals.bounds[i + 1] ?? 0)).toBe(at);
        });
      }),
    );
  });

  it('tell what share of a mapping is in memory, huge pages of hugetlbfs too', () => {
    const line: Line = { start: 0x400, end: 0x404, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: 10, name: '' };
    const lines = [line, { ...line, start: 0x404, end: 0x408 }, { ...line, start: 0x500, end: 0x501 }];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const shares = residentShares(intervals, figuresOf(lines.slice(0, 2), { rss: [4, 0], privateHugetlb: [0, 16] }));
    expect(Array.from(lines, ({ start }) => shares[intervals.bounds.indexOf(start)])).toEqual([0.25, 1, NaN]);
    expect(shares[0]).toBeNaN();
  });
});
