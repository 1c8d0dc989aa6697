import { type Intervals, isFilled, spaceOf, tile } from '@procmap/shared/intervals.ts';
import { halvesIn } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { inodeText } from '@procmap/shared/region.ts';
import { figuresOf as figuresFrom } from '@procmap/shared/output/smaps-json.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { hasHalves, isOfHalf, LAYOUT_64, linesIn, tableOf } from '@procmap/shared/table.fixture.ts';
import { formatBytes } from '@procmap/shared/units.ts';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHOWS, shownIntervals } from '../axis/hierarchy.ts';
import { classesByKind } from '../colour/by-kind.ts';
import { count } from '../colour/classes.ts';
import { titleOf } from '../regions/naming.ts';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { findHits, findMatches, readQuery } from '../search/query.ts';
import {
  cellText,
  type ColumnKey,
  columnsOf,
  FIGURE_KEYS,
  FIGURE_PARTS,
  figureKeysOf,
  hasName,
  isFigure,
  type FigureKey,
  visibleColumns,
} from './table-columns.ts';
import { rowsAs } from './table-copy.ts';
import { groupRows, groupTerm, groupTitle, tableLines } from './table-groups.ts';
import { chooseRows, radixSort, sortRows, totalsOf } from './table-order.ts';
import { TableScroll } from './table-scroll.ts';

const maps: fc.Arbitrary<Intervals> = fc
  .tuple(linesIn(LAYOUT_64).map(tableOf), halvesIn(LAYOUT_64))
  .map(([table, half]) => tile(table, LAYOUT_64, rangeParts(half, LAYOUT_64)));
const keys = columnsOf(FIGURE_KEYS).map(({ key }) => key);

/** NaN where there is no such row. */
function kbOf(figures: MappingFigures, key: FigureKey, row: number): number {
  return FIGURE_PARTS[key].reduce((sum, column) => sum + (figures[column][row] ?? NaN), 0);
}

/** What a column compares by, as plain values. */
function valueOf(intervals: Intervals, i: number, key: ColumnKey): bigint | number | string {
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
  if (key === 'name') return hasName(intervals, i) ? titleOf(intervals, i).toLowerCase() : '';
  // Nothing comes before what is not known, that before 0.
  if (isFigure(key)) return figure < 0 ? (at < 0 ? -2 : -1) : kbOf(figures, key, figure);
  return '';
}

function sum(column: Float64Array): number {
  return column.reduce((a, b) => a + b, 0);
}

/** What the legend leaves out: sparse regions are the process's. */
function isEmptyOfKernel(intervals: Intervals, i: number): boolean {
  return intervals.kind[i] === Kind.gap && spaceOf(intervals, i) === 'kernel';
}

/** Of a sum over rows: all of it, a part, none of it, or there is nothing to be told. */
function toldOf(rows: Uint32Array, { row, table }: Intervals): Told {
  const mappings = Array.from(rows, (i) => row[i] ?? -1).filter((at) => at >= 0);
  if (mappings.length === 0) return Told.nothing;
  if (mappings.every((at) => at % 2 === 1)) return Told.unknown;
  // See sampleFigures: half of a page is all of it.
  return mappings.every((at) => at % 2 === 0 && (at % 4 === 0 || (table.end[at] ?? 0) - (table.start[at] ?? 0) === 1)) ? Told.whole : Told.part;
}

it('cells tell an amount, at least an amount, or that it is not known; and nothing of what is no mapping', () =>
  fc.assert(
    fc.property(maps, fc.constantFrom(...FIGURE_KEYS), (intervals, key) => {
      const figures = sampleFigures(intervals);
      const joined = JoinedFigures.of(intervals, figures);
      for (let i = 0; i < intervals.length; i++) {
        const told = toldOf(Uint32Array.of(i), intervals);
        const kb = kbOf(figures, key, figures.start.indexOf(intervals.bounds[i] ?? -1));
        const amount = formatBytes(kb * 1024);
        const expected = { [Told.nothing]: '', [Told.unknown]: '–', [Told.part]: kb > 0 ? `≥ ${amount}` : '–', [Told.whole]: amount };
        expect(cellText(intervals, i, key, joined)).toBe(expected[told]);
        expect(cellText(intervals, i, key, null)).toBe('');
      }
    }),
  ));

describe('the order of rows', () => {
  it('is a permutation of what was chosen, by the column, equals by descending address', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...keys), fc.boolean(), fc.boolean(), (intervals, column, descending, gaps) => {
        const chosen = chooseRows(intervals, null, gaps);
        const sorted = sortRows(chosen, intervals, { column, descending }, sampleFigures(intervals));
        expect([...sorted].sort((a, b) => b - a)).toEqual(Array.from(chosen));
        for (let n = 1; n < sorted.length; n++) {
          const [a, b] = [sorted[n - 1] ?? 0, sorted[n] ?? 0];
          const [x, y] = [valueOf(intervals, a, column), valueOf(intervals, b, column)];
          if (['kind', 'perms', 'type'].includes(column)) continue;
          if (x === y) expect(a > b).toBe(true);
          else expect(descending ? x > y : x < y).toBe(true);
        }
      }),
      { numRuns: 300 },
    ));

  it('of the other way round is the same backwards but for equals', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...keys), (intervals, column) => {
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

  it('leaves out gaps, and what does not match', () =>
    fc.assert(
      fc.property(maps, (intervals) => {
        const matches = findMatches(readQuery('perm:r', intervals), intervals);
        const chosen = Array.from(chooseRows(intervals, matches, false));
        const expected = Array.from({ length: intervals.length }, (_, i) => i).filter((i) => isFilled(intervals, i) && matches?.[i] === 1);
        expect(chosen).toEqual(expected.reverse());
      }),
    ));
});

describe('groups', () => {
  const bys = fc.constantFrom('file' as const, 'kind' as const, 'perms' as const);

  it('part the rows, keep their order, and add up to the whole', () =>
    fc.assert(
      fc.property(maps, bys, fc.constantFrom(...keys), fc.boolean(), (intervals, by, column, descending) => {
        const figures = sampleFigures(intervals);
        const rows = sortRows(chooseRows(intervals, null, true), intervals, { column, descending }, figures);
        const groups = groupRows(rows, intervals, by, { column, descending }, figures);
        expect([...groups.members].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
        const place = new Map(Array.from(rows, (row, i) => [row, i]));
        for (let g = 0; g < groups.length; g++) {
          const members = groups.members.subarray(groups.first[g], groups.first[g + 1]);
          expect(members.length).toBeGreaterThan(0);
          for (let n = 1; n < members.length; n++) expect(place.get(members[n] ?? -1)).toBeGreaterThan(place.get(members[n - 1] ?? -1) ?? NaN);
          const own = totalsOf(members, intervals, figures);
          expect([own.pages, own.mappedPages]).toEqual([groups.pages[g], groups.mappedPages[g]]);
          for (const key of FIGURE_KEYS) {
            const [sum, all] = [own.figures?.[key], groups.figures?.[key]];
            expect([sum?.kb[0], sum?.told[0]]).toEqual([all?.kb[g], all?.told[g]]);
            expect(sum?.told[0]).toBe(toldOf(members, intervals));
          }
          expect(groupTitle(groups, g, intervals)).not.toBe('');
        }
        const whole = totalsOf(rows, intervals, figures);
        expect([sum(groups.pages), sum(groups.mappedPages)]).toEqual([whole.pages, whole.mappedPages]);
        for (const key of FIGURE_KEYS) expect(sum(groups.figures?.[key].kb ?? new Float64Array())).toBe(whole.figures?.[key].kb[0]);
        expect(whole.pages).toBe(LAYOUT_64.end);
      }),
      { numRuns: 300 },
    ));

  it('are found by their term: all members, and where it is by kind or file of mappings no others', () => {
    fc.assert(
      fc.property(maps, bys, (intervals, by) => {
        const rows = chooseRows(intervals, null, true);
        const groups = groupRows(rows, intervals, by, { column: 'start', descending: true }, null);
        for (let g = 0; g < groups.length; g++) {
          const term = groupTerm(groups, g, intervals);
          if (term === '') continue;
          const matches = findMatches(readQuery(term, intervals), intervals);
          const members = Array.from(groups.members.subarray(groups.first[g], groups.first[g + 1]));
          for (const member of members) expect(matches?.[member], term).toBe(1);
          // A mapping of the process may lie in the kernel's half, and there be just such pages.
          if (by !== 'file' && !term.includes('space:kernel'))
            expect(
              matches?.reduce((a, b) => a + b, 0),
              term,
            ).toBe(members.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are two where one path leads to two files, and one where a file has two names', () => {
    const line = { offset: 0, inodeHigh: 0, device: 0x800001, perms: 1, kind: Kind.rodata, name: '/lib/z.so' };
    const files = [
      { ...line, start: 16, end: 20, inodeLow: 15 },
      { ...line, start: 20, end: 22, inodeLow: 16 },
      { ...line, start: 22, end: 23, inodeLow: 15, name: '/lib/other' },
      { ...line, start: 30, end: 31, inodeLow: 17, name: '/lib/a.so' },
    ];
    const intervals = tile(tableOf(files), LAYOUT_64);
    const groups = groupRows(chooseRows(intervals, null, false), intervals, 'file', { column: 'size', descending: true }, null);
    const told = Array.from({ length: groups.length }, (_, g) => [groupTitle(groups, g, intervals), groups.mappedPages[g], groupTerm(groups, g, intervals)]);
    expect(told.filter(([, pages]) => pages !== 0)).toEqual([
      ['/lib/z.so (inode 15)', 5, 'dev:08:01 inode:15'],
      ['/lib/z.so (inode 16)', 2, 'dev:08:01 inode:16'],
      ['/lib/a.so', 1, 'name="/lib/a.so"'],
    ]);
    expect(findMatches(readQuery('dev:08:01 inode:15', intervals), intervals)?.reduce((a, b) => a + b, 0)).toBe(2);
  });

  it('come largest first, and open in place', () =>
    fc.assert(
      fc.property(maps, bys, (intervals, by) => {
        const rows = chooseRows(intervals, null, true);
        const groups = groupRows(rows, intervals, by, { column: 'start', descending: true }, null);
        for (let g = 1; g < groups.length; g++) expect(groups.mappedPages[g]).toBeLessThanOrEqual(groups.mappedPages[g - 1] ?? NaN);
        expect(Array.from(tableLines(rows, groups, () => false))).toEqual(Array.from({ length: groups.length }, (_, g) => ~g));
        const open = Array.from(tableLines(rows, groups, () => true));
        expect(open.filter((line) => line >= 0)).toEqual(Array.from(groups.members));
        expect(open.filter((line) => line < 0)).toEqual(Array.from({ length: groups.length }, (_, g) => ~g));
        expect(Array.from(tableLines(rows, null, () => false))).toEqual(Array.from(rows));
      }),
    ));
});

describe('copied rows', () =>
  it('are one line, one record, one object each, in their order', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom(...keys), (intervals, column) => {
        const rows = sortRows(chooseRows(intervals, null, true), intervals, { column, descending: false }, null);
        const json = JSON.parse([...rowsAs('json', intervals, rows, null)].join('')) as { start: string; name: string }[];
        const csv = parse<{ start_va: string }>([...rowsAs('csv', intervals, rows, null)].join(''), { columns: true });
        const text = [...rowsAs('text', intervals, rows, null)].join('').trimEnd().split('\n');
        expect(json.map(({ start }) => start)).toEqual(csv.map(({ start_va }) => start_va));
        expect(text.slice(1).map((line) => line.split(' ')[0])).toEqual(json.map(({ start }) => start));
        expect(json).toHaveLength(rows.length);
        json.forEach(({ name }, i) => {
          if (hasName(intervals, rows[i] ?? -1)) expect(text[i + 1]?.endsWith(name.trimEnd())).toBe(true);
        });
      }),
      { numRuns: 100 },
    )));

describe('a table scrolled', () =>
  it('reaches every row by its bar, however many there are', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.constantFrom(26, 40),
        fc.integer({ min: 20, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, rowPx, viewPx, share) => {
          const scroll = new TableScroll(rows, rowPx, viewPx);
          expect(scroll.heightPx).toBeLessThan(17_000_000);
          expect(scroll.wholePx).toBe(rows * rowPx);
          const last = Math.max(0, scroll.heightPx - viewPx);
          expect(scroll.topOf(0)).toBe(0);
          expect(scroll.topOf(last)).toBeCloseTo(scroll.lastTop, 3);
          const top = share * scroll.lastTop;
          expect(scroll.topOf(scroll.scrollOf(top))).toBeCloseTo(top, 3);
          expect(scroll.clamp(-1)).toBe(0);
          expect(scroll.clamp(1e12)).toBe(scroll.lastTop);
        },
      ),
    )));

describe('columns', () => {
  it('are the more the wider the table, three at least, always in the same order', () => {
    const all = columnsOf(FIGURE_KEYS).map(({ key }) => key);
    let last = 0;
    for (let width = 0; width < 2000; width += 20) {
      const shown = visibleColumns(width, FIGURE_KEYS).map(({ key }) => key);
      expect(shown.length).toBeGreaterThanOrEqual(Math.max(3, last));
      expect(shown).toEqual(all.filter((key) => shown.includes(key)));
      last = shown.length;
    }
    expect(visibleColumns(340, []).map(({ key }) => key)).toEqual(['size', 'perms', 'name']);
    expect(visibleColumns(2000, FIGURE_KEYS)).toHaveLength(14);
    expect(visibleColumns(2000, [])).toHaveLength(10);
  });

  it('are there for huge pages where a process has some: beside RSS, which is without them', () => {
    const read = (...hugetlb: readonly number[]): MappingFigures =>
      figuresFrom({
        columns: ['start', 'end', 'rss_kb', 'shared_hugetlb_kb', 'private_hugetlb_kb'],
        rows: [
          ['0x1000', '0x3000', 4, 0, 0],
          ['0x400000', '0x800000', 0, ...hugetlb],
        ],
      });
    expect([figureKeysOf(null), figureKeysOf(read(0, 0)), figureKeysOf(read(2048, 0)), figureKeysOf(read(0, 2048))]).toEqual([
      [],
      ['rss', 'pss', 'swap'],
      FIGURE_KEYS,
      FIGURE_KEYS,
    ]);
    const line = { offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: Kind.anon, name: '' };
    const lines = [
      { ...line, start: 1, end: 3 },
      { ...line, start: 0x400, end: 0x800 },
    ];
    const intervals = tile(tableOf(lines), LAYOUT_64);
    const figures = read(2048, 1024);
    const joined = JoinedFigures.of(intervals, figures);
    const [small, huge] = lines.map(({ start }) => intervals.bounds.indexOf(start));
    const cells = [small, huge].map((i = -1) => [cellText(intervals, i, 'rss', joined), cellText(intervals, i, 'hugetlb', joined)]);
    expect(cells).toEqual([
      ['4 KB', '0 B'],
      ['0 B', '3 MB'],
    ]);
    const rows = chooseRows(intervals, null, false);
    expect([...sortRows(rows, intervals, { column: 'hugetlb', descending: true }, figures)]).toEqual([huge, small]);
    expect(totalsOf(rows, intervals, figures).figures?.hugetlb.kb[0]).toBe(3072);
    expect([...rowsAs('text', intervals, rows, figures)].join('')).toContain('3 MB');
    // And a field of the search.
    const found = (typed: string): number[] => [...findHits(readQuery(typed, intervals), intervals, figures)];
    expect([found('hugetlb>=3M'), found('hugetlb>3M'), found('rss>0'), found('resident>0%')]).toEqual([[huge], [], [small], [huge, small]]);
  });
});
