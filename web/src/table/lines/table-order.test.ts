import { summarise } from '@procmap/shared/figures/summary.ts';
import { type Intervals, isFilled, spaceOf } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { hasHalves, isOfHalf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shownIntervals, SHOWS } from '../../axis/hierarchy.ts';
import { classesByKind } from '../../colour/by-kind.ts';
import { count } from '../../colour/classes.ts';
import { sampleFigures } from '../../figures/figures.fixture.ts';
import { findMatches, readQuery } from '../../search/query.ts';
import { chooseRows, radixSort, sortRows } from './table-order.ts';
import { totalsOf } from './table-totals.ts';
import { KEYS, maps, sampleUses, valueOf } from '../table.fixture.ts';

function sum(column: Float64Array): number {
  return column.reduce((a, b) => a + b, 0);
}

/** Omitted from the legend, which counts only the process's sparse regions. */
function isEmptyOfKernel(intervals: Intervals, i: number): boolean {
  return intervals.kind[i] === Kind.gap && spaceOf(intervals, i) === 'kernel';
}

describe('the order of rows', () => {
  it('is a permutation of the chosen rows, by the column, then by descending address', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...KEYS), fc.boolean(), fc.boolean(), (intervals, column, descending, gaps) => {
        const chosen = chooseRows(intervals, null, gaps);
        const sorted = sortRows(chosen, intervals, { column, descending }, sampleFigures(intervals), sampleUses(intervals));
        expect([...sorted].sort((a, b) => b - a)).toEqual(Array.from(chosen));
        for (let n = 1; n < sorted.length; n++) {
          const [a, b] = [sorted[n - 1] ?? 0, sorted[n] ?? 0];
          const [x, y] = [valueOf(intervals, a, column), valueOf(intervals, b, column)];
          if (x === y) expect(a > b).toBe(true);
          else expect(descending ? x > y : x < y).toBe(true);
        }
      }),
      { numRuns: 300 },
    ));

  it('of the other way round is the same backwards but for equals', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...KEYS), (intervals, column) => {
        const chosen = chooseRows(intervals, null, true);
        const twice = sortRows(sortRows(chosen, intervals, { column, descending: true }, null), intervals, { column, descending: true }, null);
        expect(Array.from(twice)).toEqual(Array.from(sortRows(chosen, intervals, { column, descending: true }, null)));
      }),
    ));

  it('by radix is what a sort that compares makes', () => {
    const word = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(word, word)), fc.boolean(), (pairs, descending) => {
        const [low, high] = [Uint32Array.from(pairs, ([l]) => l), Uint32Array.from(pairs, ([, h]) => h)];
        const rows = Uint32Array.from(pairs, (_, i) => 7 * i);
        const key = (i: number): bigint => (BigInt(high[i] ?? 0) << 32n) | BigInt(low[i] ?? 0);
        const sign = descending ? -1 : 1;
        const expected = Array.from(pairs.keys()).sort((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0) || a - b);
        expect(Array.from(radixSort(rows, low, high, descending))).toEqual(expected.map((i) => 7 * i));
      }),
    );
  });

  it('of a half has its rows, and sums of these alone', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom(...SHOWS), fc.boolean(), (intervals, show, gaps) => {
        const chosen = chooseRows(intervals, null, gaps, shownIntervals(intervals, show));
        fc.pre(hasHalves(intervals));
        const isShown = (i: number): boolean => isOfHalf(intervals, i, show);
        expect(Array.from(chosen)).toEqual(Array.from(chooseRows(intervals, null, gaps)).filter(isShown));
        // The status line counts the same.
        const { mappedPages } = totalsOf(chosen, intervals, null);
        expect(mappedPages).toBe(show === 'kernel' ? 0 : summarise(intervals).mappedPages);
        const { counts } = classesByKind(intervals);
        const shown = count('kind', intervals, [], intervals.kind, shownIntervals(intervals, show)).counts;
        if (show === 'both') expect(shown).toEqual(counts);
        else expect(sum(shown)).toBe(Array.from(chooseRows(intervals, null, true)).filter((i) => isShown(i) && !isEmptyOfKernel(intervals, i)).length);
      }),
    );
  });

  it('leaves out gaps and rows that do not match', () =>
    fc.assert(
      fc.property(maps, (intervals) => {
        const matches = findMatches(readQuery('perm:r', intervals), intervals);
        const chosen = Array.from(chooseRows(intervals, matches, false));
        const expected = Array.from({ length: intervals.length }, (_, i) => i).filter((i) => isFilled(intervals, i) && matches?.[i] === 1);
        expect(chosen).toEqual(expected.reverse());
      }),
    ));
});
