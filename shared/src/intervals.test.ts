import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalAt, type Intervals, spaceOf, tile } from './intervals.ts';
import { Kind, type KindName, kindName } from './kind.ts';
import type { Layout } from './layout.ts';
import { EMPTY_TABLE } from './region.ts';
import { LAYOUT_64, layouts, linesIn, tableOf } from './table.fixture.ts';

const spaces = layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout).map(tableOf)));

function kinds(intervals: Intervals): KindName[] {
  return Array.from(intervals.kind, kindName);
}

/** The kind of an unmapped page, by the definition of a layout. */
function kindOfPage(page: number, layout: Layout): KindName {
  if (page >= layout.kernelStart) return 'unknown';
  if (page >= layout.userEnd) return 'hole';
  if (page >= layout.taskEnd) return 'beyond';
  return page === 0 ? 'null_trap' : 'gap';
}

describe('intervals', () => {
  it('tile the whole space without gap or overlap, for any table in any layout', () =>
    fc.assert(
      fc.property(spaces, ([layout, table]) => {
        const intervals = tile(table, layout);
        const { length, bounds, kind, row } = intervals;
        expect([bounds.length, kind.length, row.length]).toEqual([length + 1, length, length]);
        expect([bounds[0], bounds[length]]).toEqual([0, layout.end]);
        for (let i = 0; i < length; i++) expect(bounds[i + 1]).toBeGreaterThan(bounds[i] ?? NaN);
        expect(intervals).toMatchObject({ table, layout });
      }),
      { numRuns: 300 },
    ));

  it('hold each mapping once, unchanged, and classify everything between by its place', () =>
    fc.assert(
      fc.property(spaces, ([layout, table]) => {
        const { length, bounds, kind, row } = tile(table, layout);
        expect(Array.from(row).filter((each) => each >= 0)).toEqual(Array.from({ length: table.length }, (_, i) => i));
        for (let i = 0; i < length; i++) {
          const [start = NaN, end = NaN, mapping = NaN] = [bounds[i], bounds[i + 1], row[i]];
          if (mapping >= 0) expect([start, end, kind[i]]).toEqual([table.start[mapping], table.end[mapping], table.kind[mapping]]);
          else expect([kindOfPage(start, layout), kindOfPage(end - 1, layout)]).toEqual([kindName(kind[i] ?? -1), kindName(kind[i] ?? -1)]);
        }
      }),
      { numRuns: 300 },
    ));

  it('of the same kind with nothing mapped never lie side by side', () =>
    fc.assert(
      fc.property(spaces, ([layout, table]) => {
        const { length, kind, row } = tile(table, layout);
        for (let i = 1; i < length; i++) expect(row[i] === -1 && row[i - 1] === -1 && kind[i] === kind[i - 1]).toBe(false);
      }),
    ));

  it('are found by a page as a linear search finds them', () =>
    fc.assert(
      fc.property(
        spaces,
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 }),
        (space, near, far) => {
          const [layout, table] = space;
          const intervals = tile(table, layout);
          const bounds = Array.from(intervals.bounds);
          const atBounds = near.flatMap((at) => [bounds[at % bounds.length] ?? 0, (bounds[at % bounds.length] ?? 0) - 1]);
          for (const page of [...atBounds, ...far.map((share) => Math.floor(share * layout.end))]) {
            if (page < 0 || page >= layout.end) continue;
            expect(intervalAt(intervals, page)).toBe(bounds.findLastIndex((bound) => bound <= page));
          }
        },
      ),
    ));
});

describe('an empty table', () => {
  it('is the NULL page, the user half, the part out of reach, the hole, and the kernel half', () => {
    const intervals = tile(EMPTY_TABLE, LAYOUT_64);
    expect(kinds(intervals)).toEqual(['null_trap', 'gap', 'beyond', 'hole', 'unknown']);
    expect(kinds(intervals).map((_, i) => spaceOf(intervals, i))).toEqual(['user', 'user', 'user', 'none', 'kernel']);
    expect(Array.from(intervals.bounds)).toEqual([0, 1, 2 ** 35 - 1, 2 ** 35, 2 ** 52 - 2 ** 35, 2 ** 52]);
  });

  it('on 32 bits has neither a hole nor anything beyond', () => {
    const layout: Layout = { bits: 32, processBits: 32, taskEnd: 0xc0000, userEnd: 0xc0000, kernelStart: 0xc0000, end: 2 ** 20, pagingLevels: 0 };
    const intervals = tile(EMPTY_TABLE, layout);
    expect(kinds(intervals)).toEqual(['null_trap', 'gap', 'unknown']);
    expect(Array.from(intervals.bounds)).toEqual([0, 1, 0xc0000, 2 ** 20]);
  });
});

describe('a space', () =>
  it('is that of a mapping’s addresses; vsyscall is in the kernel half', () => {
    const cells = { offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 1, name: '' };
    const table = tableOf([
      { ...cells, start: 0, end: 1, kind: Kind.anon },
      { ...cells, start: 2 ** 35 - 2, end: 2 ** 35 - 1, kind: Kind.stack },
      { ...cells, start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, kind: Kind.vsyscall },
    ]);
    const intervals = tile(table, LAYOUT_64);
    expect(kinds(intervals).map((kind, i) => `${kind}: ${spaceOf(intervals, i)}`)).toEqual([
      'anon: user',
      'gap: user',
      'stack: user',
      'beyond: user',
      'hole: none',
      'unknown: kernel',
      'vsyscall: kernel',
      'unknown: kernel',
    ]);
  }));
