import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tile } from '../intervals.ts';
import { rowAt, type MappingTable } from '../region.ts';
import { ANON_LINE, LAYOUT_64, type Line, linesOf, manyLines, tableOf, tablePairs, TEXT_LINE } from '../table.fixture.ts';
import { Uses } from '../use/uses.ts';
import { type Change, type ChangedRange, compareByAddress, compareByContent, type Side } from './compare.ts';

function sideOf(table: MappingTable): Side {
  return { table, layout: LAYOUT_64, uses: new Uses(table, [], new Int32Array(table.length).fill(-1), new Map()) };
}

function changesOf(ranges: readonly ChangedRange[], change: Change): [number, number][] {
  return ranges.filter((range) => range.change === change).map(({ start, end }) => [start, end]);
}

function moved(lines: readonly Line[], by: number): Line[] {
  return lines.map((line) => ({ ...line, start: line.start + by, end: line.end + by }));
}

describe('two maps by address', () => {
  it('have each page once that is in one of them, and say what lies there in both', () =>
    fc.assert(
      fc.property(tablePairs, ([a, b]) => {
        const ranges = compareByAddress(a, b);
        let last = 0;
        for (const { start, end, first, second, change } of ranges) {
          expect(start).toBeGreaterThanOrEqual(last);
          expect(end).toBeGreaterThan(start);
          last = end;
          for (const page of [start, end - 1]) {
            expect([rowAt(b, page), second === -1 ? first : rowAt(a, page)]).toEqual([second, first]);
          }
          if (change === 'same') expect(a.perms[first]).toBe(b.perms[second]);
        }
        const covered = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
        const both = new Set([a, b].flatMap((table) => Array.from(table.start)).concat([a, b].flatMap((table) => Array.from(table.end))));
        const bounds = [...both].sort((x, y) => x - y);
        const mapped = bounds.reduce((sum, page, k) => sum + (rowAt(a, page) >= 0 || rowAt(b, page) >= 0 ? (bounds[k + 1] ?? page) - page : 0), 0);
        expect(covered).toBe(mapped);
      }),
    ));

  it('are the same where nothing changed, whichever way one looks', () =>
    fc.assert(
      fc.property(tablePairs, ([a]) => {
        const own = linesOf(a);
        for (const ranges of [compareByAddress(a, tableOf(own)), compareByContent(sideOf(a), sideOf(tableOf(own)))])
          expect(ranges.every(({ change }) => change === 'same')).toBe(true);
      }),
    ));

  it('tell what is new, gone, grown, shrunk and of other permissions', () => {
    const heap = { ...ANON_LINE, start: 100, end: 110, name: '[heap]' };
    const a = tableOf([{ ...TEXT_LINE, start: 10, end: 14 }, heap, { ...ANON_LINE, start: 200, end: 210 }, { ...ANON_LINE, start: 300, end: 310 }]);
    const b = tableOf([
      { ...TEXT_LINE, start: 10, end: 14 },
      { ...heap, end: 130 },
      { ...ANON_LINE, start: 200, end: 204 },
      { ...ANON_LINE, start: 204, end: 206, perms: 1 },
      { ...ANON_LINE, start: 400, end: 401 },
    ]);
    const ranges = compareByAddress(a, b);
    expect(changesOf(ranges, 'grown')).toEqual([[110, 130]]);
    expect(changesOf(ranges, 'perms')).toEqual([[204, 206]]);
    expect(changesOf(ranges, 'shrunk')).toEqual([[206, 210]]);
    expect(changesOf(ranges, 'gone')).toEqual([[300, 310]]);
    expect(changesOf(ranges, 'new')).toEqual([[400, 401]]);
    const back = compareByAddress(b, a);
    expect(changesOf(back, 'shrunk')).toEqual([[110, 130]]);
    expect(changesOf(back, 'new')).toEqual([[300, 310]]);
  });

  it('do not take another file at the same place for the same', () => {
    const [a, b] = [tableOf([TEXT_LINE]), tableOf([{ ...TEXT_LINE, inodeLow: 8 }])];
    expect(compareByAddress(a, b)).toEqual([{ start: 0x400, end: 0x403, first: 0, second: 0, change: 'new' }]);
  });
});

describe('two maps by what lies there', () => {
  it('are the same wherever they lie', () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 30 }), (by) => {
        const lines = manyLines(50);
        const ranges = compareByContent(sideOf(tableOf(lines)), sideOf(tableOf(moved(lines, by))));
        expect(ranges).toHaveLength(50);
        expect(ranges.every(({ change }) => change === 'same')).toBe(true);
      }),
    ));

  it('tell what has grown or is of one alone, in the order of what is alike', () => {
    const lines = [1, 2, 3].map((k) => ({ ...ANON_LINE, start: 100 * k, end: 100 * k + 10 * k }));
    const [, second, third] = lines;
    const a = sideOf(tableOf([TEXT_LINE, ...lines].sort((x, y) => x.start - y.start)));
    const b = sideOf(tableOf(moved([second ?? ANON_LINE, { ...(third ?? ANON_LINE), end: 335 }, TEXT_LINE], 7)));
    const ranges = compareByContent(a, b);
    expect(changesOf(ranges, 'same')).toEqual([
      [207, 227],
      [307, 317],
      [0x407, 0x40a],
    ]);
    expect(changesOf(ranges, 'grown')).toEqual([[317, 342]]);
    expect(changesOf(ranges, 'gone')).toEqual([[300, 330]]);
  });

  it('take no longer for a large map', () => {
    const table = tableOf(manyLines(3000));
    expect(tile(table, LAYOUT_64).length).toBeGreaterThan(3000);
    expect(compareByContent(sideOf(table), sideOf(tableOf(manyLines(3000)))).every(({ change }) => change === 'same')).toBe(true);
  });
});
