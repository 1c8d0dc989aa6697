import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Intervals, tile } from '../intervals.ts';
import { JoinedFigures, residentShares, Told, toldOfBoth } from './joined-figures.ts';
import { FIGURE_COLUMNS, type FigureColumn, type MappingFigures } from './mapping-figures.ts';
import { LAYOUT_64, layouts, type Line, linesIn, tableOf } from '../table.fixture.ts';

interface Range {
  readonly start: number;
  readonly end: number;
}

function figuresOf(ranges: readonly Range[], more: Partial<Record<FigureColumn, readonly number[]>> = {}, flagSet: readonly number[] = []): MappingFigures {
  const columns = Object.fromEntries(FIGURE_COLUMNS.map(([column]) => [column, Float64Array.from(ranges, (_, i) => more[column]?.[i] ?? 0)])) as Record<
    FigureColumn,
    Float64Array
  >;
  return {
    length: ranges.length,
    start: Float64Array.from(ranges, ({ start }) => start),
    end: Float64Array.from(ranges, ({ end }) => end),
    flagSet: Uint16Array.from(ranges, (_, i) => flagSet[i] ?? 0),
    flagSets: FLAG_SETS,
    device: new Float64Array(ranges.length).fill(NaN),
    inode: new Float64Array(ranges.length).fill(NaN),
    offset: new Float64Array(ranges.length).fill(NaN),
    ...columns,
  };
}

/** The last three: no access, shared, and shared but never writable. */
const FLAG_SETS = ['', 'rd wr', 'rd ex', 'rd wr sd', 'rd wr hg', 'mr mw me', 'rd wr sh ms', 'rd ms'];

/**
 * A map, and figures from smaps at another moment: some mappings were the same, some did not exist, some were
 * several mappings, some ended elsewhere.
 */
const moments: fc.Arbitrary<readonly [Intervals, readonly Range[]]> = layouts.chain((layout) =>
  fc.tuple(linesIn(layout), fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 64, maxLength: 64 })).map(([lines, moods]) => {
    const told = lines.flatMap(({ start, end }, i): Range[] => {
      const mood = moods[i % 64] ?? 0;
      if (mood === 0) return [];
      if (mood === 1 && end - start > 1) return [{ start, end: start + 1 }];
      const [left, right] = [
        { start, end: start + 1 },
        { start: start + 1, end },
      ];
      return mood === 2 && end - start > 1 ? [left, right] : [{ start, end }];
    });
    // Some extend over the next ones.
    const merged = told.reduce<Range[]>((all, range, i) => {
      const last = all.at(-1);
      if (last !== undefined && moods[(i + 7) % 64] === 5) return [...all.slice(0, -1), { start: last.start, end: range.end }];
      return [...all, range];
    }, []);
    return [tile(tableOf(lines), layout), merged];
  }),
);

const line: Line = { start: 0x400, end: 0x404, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: 10, name: '' };

describe('figures of another moment', () => {
  it('apply to an unchanged mapping', () =>
    fc.assert(
      fc.property(moments, ([intervals, told]) => {
        const amounts = told.map((_, i) => 3 * i + 1);
        const joined = JoinedFigures.of(intervals, figuresOf(told, { pss: amounts }));
        for (let i = 0; i < intervals.length; i++) {
          const at = told.findIndex(({ start, end }) => start === intervals.bounds[i] && end === intervals.bounds[i + 1]);
          if (at < 0 || (intervals.row[i] ?? -1) < 0) continue;
          expect(joined.kb(i, ['pss'])).toBe(amounts[at]);
          expect(joined.told(i, ['pss'])).toBe(Told.whole);
        }
      }),
    ));

  it('count for the one mapping that they lie in, and for no other', () =>
    fc.assert(
      fc.property(moments, ([intervals, told]) => {
        const figures = figuresOf(told, { rss: told.map(({ start, end }) => 4 * (end - start)) });
        const joined = JoinedFigures.of(intervals, figures);
        for (let i = 0; i < intervals.length; i++) {
          const [start, end] = [intervals.bounds[i] ?? 0, intervals.bounds[i + 1] ?? 0];
          const isMapping = (intervals.row[i] ?? -1) >= 0;
          const within = isMapping ? told.filter((range) => range.start >= start && range.end <= end) : [];
          const kb = within.reduce((sum, range) => sum + 4 * (range.end - range.start), 0);
          expect(joined.kb(i, ['rss'])).toBe(within.length === 0 ? NaN : kb);
          expect(joined.untoldPages(i)).toBe(isMapping ? end - start - kb / 4 : 0);
          expect(joined.told(i, ['rss'])).toBe(!isMapping ? Told.nothing : within.length === 0 ? Told.unknown : kb / 4 < end - start ? Told.part : Told.whole);
        }
      }),
    ));

  it('are never more than was read, or than a mapping can hold', () => {
    fc.assert(
      fc.property(moments, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 8, maxLength: 8 }), ([intervals, told], parts) => {
        const rss = told.map(({ start, end }, i) => Math.floor(4 * Math.min(2 ** 40, end - start) * (parts[i % 8] ?? 0)));
        const figures = figuresOf(told, { rss });
        const joined = JoinedFigures.of(intervals, figures);
        const shares = residentShares(intervals, figures);
        let sum = 0;
        for (let i = 0; i < intervals.length; i++) {
          const kb = joined.kb(i, ['rss']);
          if (Number.isNaN(kb)) {
            expect([shares.least[i], shares.most[i]]).toEqual([NaN, NaN]);
            continue;
          }
          sum += kb;
          const size = 4 * ((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0));
          expect(kb).toBeLessThanOrEqual(size);
          expect(shares.least[i]).toBe(kb / size);
          // Between none and all of the unknown pages may be in memory.
          if (joined.untoldPages(i) === 0) expect(shares.most[i]).toBe(shares.least[i]);
          else expect(shares.most[i]).toBeGreaterThan(shares.least[i] ?? NaN);
          expect(shares.most[i]).toBeLessThanOrEqual(1);
        }
        expect(sum).toBeLessThanOrEqual(rss.reduce((a, b) => a + b, 0));
      }),
    );
  });

  it('have no flags for a mapping with several, and no amount that the kernel does not report', () => {
    const lines = [line, { ...line, start: 0x404, end: 0x408 }, { ...line, start: 0x500, end: 0x501 }];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const told = [
      { start: 0x400, end: 0x402 },
      { start: 0x402, end: 0x404 },
      { start: 0x404, end: 0x405 },
      { start: 0x405, end: 0x408 },
    ];
    const joined = JoinedFigures.of(intervals, figuresOf(told, { swap: [4, NaN, 4, 4] }, [1, 1, 1, 3]));
    const at = Array.from(lines, ({ start }) => intervals.bounds.indexOf(start));
    expect(at.map((i) => joined.flags(i))).toEqual(['rd wr', null, null]);
    expect(at.map((i) => joined.kb(i, ['swap']))).toEqual([NaN, 8, NaN]);
    expect(at.map((i) => joined.told(i, ['swap']))).toEqual([Told.unknown, Told.whole, Told.unknown]);
    expect(joined.flags(0)).toBeNull();
  });

  it.each([
    ['what lost its access', 0, [1], null],
    ['what got it', 3, [5], null],
    ['a file that was mapped over it', 5, [1], null],
    ['what is shared now', 11, [1], null],
    ['what was shared', 3, [6], null],
    ['what is shared and read only', 9, [7], 'rd ms'],
    ['what has no access, as before', 0, [5], 'mr mw me'],
    ['what no flags are told of', 3, [0], ''],
    ['what took in others of its flags', 3, [1, 1], 'rd wr'],
    ['what took in others that were not soft-dirty', 3, [1, 3], null],
  ])('are of %s, or unknown', (_, perms, sets, flags) => {
    const intervals = tile(tableOf([{ ...line, perms }]), LAYOUT_64);
    const told = sets.map((__, i) => ({ start: 0x400 + i, end: 0x401 + i }));
    const joined = JoinedFigures.of(intervals, figuresOf(told, { rss: sets.map(() => 4) }, sets));
    const index = intervals.bounds.indexOf(0x400);
    const counts = flags !== null || sets.length > 1;
    expect([joined.kb(index, ['rss']), joined.untoldPages(index), joined.flags(index)]).toEqual([
      counts ? 4 * sets.length : NaN,
      counts ? 4 - sets.length : 4,
      flags,
    ]);
    expect(joined.told(index, ['rss'])).toBe(counts ? Told.part : Told.unknown);
  });

  it('are of no mapping that their flags contradict', () => {
    const sets = fc.array(fc.nat({ max: FLAG_SETS.length - 1 }), { minLength: 64, maxLength: 64 });
    const permsOf = [null, 3, 5, 3, 3, 0, 11, 9];
    fc.assert(
      fc.property(moments, sets, ([intervals, told], ofRow) => {
        const flagSet = told.map((__, i) => ofRow[i % 64] ?? 0);
        const joined = JoinedFigures.of(intervals, figuresOf(told, { rss: told.map(() => 4) }, flagSet));
        for (let i = 0; i < intervals.length; i++) {
          const row = intervals.row[i] ?? -1;
          if (row < 0) continue;
          const fits = flagSet.filter((set, at) => {
            const { start, end } = told[at] ?? { start: 0, end: 0 };
            const isWithin = start >= (intervals.bounds[i] ?? 0) && end <= (intervals.bounds[i + 1] ?? 0);
            return isWithin && (permsOf[set] ?? intervals.table.perms[row]) === intervals.table.perms[row];
          });
          // Set 3 equals set 1 except for flags in which mappings may differ.
          const isOne = new Set(fits.filter((set) => set !== 0).map((set) => (set === 3 ? 1 : set))).size <= 1;
          expect(joined.kb(i, ['rss'])).toBe(isOne && fits.length > 0 ? 4 * fits.length : NaN);
          expect(joined.isTold(i)).toBe(isOne && fits.length > 0);
        }
      }),
    );
  });

  it('do not apply to a mapping of another file, even with the same flags', () => {
    const file = { ...line, device: 0xfe00000, inodeLow: 7, inodeHigh: 1 };
    const lines = [file, { ...file, start: 0x500, end: 0x504 }, { ...file, start: 0x600, end: 0x604, device: 3 }, { ...line, start: 0x700, end: 0x704 }];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const of = (device: number, inode: number): JoinedFigures =>
      JoinedFigures.of(intervals, {
        ...figuresOf(lines, { rss: [4, 8, 12, 16] }, [1, 1, 1, 1]),
        device: Float64Array.of(0xfe00000, device, device, device),
        inode: Float64Array.of(2 ** 32 + 7, inode, inode, inode),
      });
    const told = (joined: JoinedFigures): number[] => lines.map(({ start }) => joined.kb(intervals.bounds.indexOf(start), ['rss']));
    expect(told(of(0xfe00000, 2 ** 32 + 7))).toEqual([4, 8, NaN, NaN]);
    expect(told(of(0xfe00000, 7))).toEqual([4, NaN, NaN, NaN]);
    expect(told(of(0, 0))).toEqual([4, NaN, NaN, 16]);
    // An unknown inode does not mean another file.
    expect(told(of(NaN, NaN))).toEqual([4, 8, 12, 16]);
    expect(of(0, 0).changed).toBe(2);
  });

  it('do not apply to another part of the same file, but to one that has grown at the front', () => {
    const file = { ...line, device: 3, inodeLow: 7, offset: 0x20 };
    const lines = [file, { ...file, start: 0x500, end: 0x504 }, { ...file, start: 0x600, end: 0x604 }, { ...line, start: 0x700, end: 0x704 }];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const told = [lines[0], lines[1], { start: 0x602, end: 0x604 }, lines[3]].map((range) => range ?? line);
    const of = (...offsets: number[]): number[] => {
      const figures = { ...figuresOf(told, { rss: [4, 8, 12, 16] }, [1, 1, 1, 1]), offset: Float64Array.from(offsets) };
      const joined = JoinedFigures.of(intervals, { ...figures, device: Float64Array.of(3, 3, 3, 0), inode: Float64Array.of(7, 7, 7, 0) });
      return lines.map(({ start }) => joined.kb(intervals.bounds.indexOf(start), ['rss']));
    };
    expect(of(0x20, 0x20, 0x22, 0)).toEqual([4, 8, 12, 16]);
    // A window that was moved over the file; the offset of anonymous memory means nothing.
    expect(of(0x20, 0x24, 0x20, 5)).toEqual([4, NaN, NaN, 16]);
    expect(of(NaN, NaN, NaN, NaN)).toEqual([4, 8, 12, 16]);
  });

  it('tell what share is in memory, huge pages of hugetlbfs too', () => {
    const lines = [line, { ...line, start: 0x404, end: 0x408 }, { ...line, start: 0x500, end: 0x501 }];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const shares = residentShares(intervals, figuresOf(lines.slice(0, 2), { rss: [4, 0], privateHugetlb: [0, 16] }));
    expect(Array.from(lines, ({ start }) => shares.least[intervals.bounds.indexOf(start)])).toEqual([0.25, 1, NaN]);
    expect(shares.least[0]).toBeNaN();
  });
});

it('a sum is known as far as its parts are', () => {
  const all = Object.values(Told);
  for (const a of all) {
    expect(toldOfBoth(a, Told.nothing)).toBe(a);
    expect(toldOfBoth(a, a)).toBe(a);
    for (const b of all) expect(toldOfBoth(a, b)).toBe(toldOfBoth(b, a));
  }
  expect(toldOfBoth(Told.unknown, Told.whole)).toBe(Told.part);
  expect(toldOfBoth(Told.part, Told.whole)).toBe(Told.part);
  expect(toldOfBoth(Told.unknown, Told.part)).toBe(Told.part);
});
