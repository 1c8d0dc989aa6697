import { JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { figuresOf as figuresFrom } from '@procmap/shared/output/smaps.fixture.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import { formatBytes } from '@procmap/shared/units.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFigures } from '../../figures/figures.fixture.ts';
import { findHits, readQuery } from '../../search/query.ts';
import { COLUMN_OF, columnsOf } from './table-columns.ts';
import { FIGURE_KEYS, shownFigures } from './table-figures.ts';
import { chooseRows, sortRows } from './table-order.ts';
import { totalsOf } from './table-totals.ts';
import { kbOf, maps, toldOf } from '../table.fixture.ts';
import { visibleColumns } from '../../ui/visible-columns.ts';
import { rowsAs } from './table-copy.ts';

it('cells show an amount, a minimum, or that it is unknown; and are empty for anything but mappings', () =>
  fc.assert(
    fc.property(maps, fc.constantFrom(...FIGURE_KEYS), (intervals, key) => {
      const figures = sampleFigures(intervals);
      const joined = JoinedFigures.of(intervals, figures);
      for (let i = 0; i < intervals.length; i++) {
        const told = toldOf(Uint32Array.of(i), intervals);
        const kb = kbOf(figures, key, figures.start.indexOf(intervals.bounds[i] ?? -1));
        const amount = formatBytes(kb * 1024);
        const expected = { [Told.nothing]: '', [Told.unknown]: '–', [Told.part]: kb > 0 ? `≥ ${amount}` : '–', [Told.whole]: amount };
        const view = new IntervalView(intervals, i);
        expect(COLUMN_OF[key].cell(view, joined, null)).toBe(expected[told]);
        expect(COLUMN_OF[key].cell(view, null, null)).toBe('');
      }
    }),
  ));

describe('columns', () => {
  it('are the more the wider the table, three at least, always in the same order', () => {
    const all = Object.values(COLUMN_OF);
    const order = all.map(({ key }) => key);
    let last = 0;
    for (let width = 0; width < 2000; width += 20) {
      const shown = visibleColumns(width, all).map(({ key }) => key);
      expect(shown.length).toBeGreaterThanOrEqual(Math.max(3, last));
      expect(shown).toEqual(order.filter((key) => shown.includes(key)));
      last = shown.length;
    }
    expect(visibleColumns(340, columnsOf(null)).map(({ key }) => key)).toEqual(['size', 'perms', 'name']);
    expect(visibleColumns(2000, all)).toHaveLength(15);
    expect(visibleColumns(2000, columnsOf(null))).toHaveLength(11);
  });

  it('are each in the queue for room at a place of their own, and have all come where there is room', () => {
    const all = Object.values(COLUMN_OF);
    expect(new Set(all.map(({ keepAt }) => keepAt)).size).toBe(all.length);
    expect(visibleColumns(2000, all)).toEqual(all);
  });

  it('have swap in sight beside the inspector at 1440 px, where no huge pages are', () => {
    const all = Object.values(COLUMN_OF).filter(({ key }) => key !== 'hugetlb');
    expect(visibleColumns(1100, all).map(({ key }) => key)).toContain('swap');
  });

  it('have the use in sight between the processes and the inspector at 1440 px', () => {
    expect(visibleColumns(1440 - 344 - 312 - 16, columnsOf(null)).map(({ key }) => key)).toContain('use');
    expect(visibleColumns(1440 - 344 - 312 - 16, Object.values(COLUMN_OF)).map(({ key }) => key)).toEqual(expect.arrayContaining(['use', 'rss']));
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
    expect([null, read(0, 0), read(2048, 0), read(0, 2048)].map((figures) => shownFigures(figures).map(({ key }) => key))).toEqual([
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
    const views = [small, huge].map((i = -1) => new IntervalView(intervals, i));
    const cells = views.map((view) => [COLUMN_OF.rss.cell(view, joined, null), COLUMN_OF.hugetlb.cell(view, joined, null)]);
    expect(cells).toEqual([
      ['4 KB', '0 B'],
      ['0 B', '3 MB'],
    ]);
    const rows = chooseRows(intervals, null, false);
    expect([...sortRows(rows, intervals, { column: 'hugetlb', descending: true }, figures)]).toEqual([huge, small]);
    expect(totalsOf(rows, intervals, figures).figures?.hugetlb.kb[0]).toBe(3072);
    expect([...rowsAs('text', intervals, rows, figures)].join('')).toContain('3 MB');
    // Also a field of the search.
    const found = (typed: string): number[] => [...findHits(readQuery(typed, intervals), intervals, figures)];
    expect([found('hugetlb>=3M'), found('hugetlb>3M'), found('rss>0'), found('resident>0%')]).toEqual([[huge], [], [small], [huge, small]]);
  });
});
