import { tile } from '@procmap/shared/intervals.ts';
import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import { FIGURE_COLUMNS, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { figuresOf } from '@procmap/shared/output/smaps.fixture.ts';
import { LAYOUT_64, type Line, tableOf } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import type { Figure } from './figures.ts';
import { figuresRemark, regionFigures } from './region-figures.ts';

const figures = figuresOf({
  columns: ['start', 'end', 'rss_kb', 'pss_kb', 'private_dirty_kb', 'swap_kb', 'locked_kb', 'shared_hugetlb_kb', 'private_hugetlb_kb'],
  rows: [
    ['0x1000', '0x3000', 4, 2, 4, 0, 0, 0, 0],
    ['0x3000', '0x5000', 0, 0, 0, 0, 8, 0, 0],
    ['0x400000', '0x1000000', 0, 0, 0, 0, 0, 2048, 4096],
  ],
});

/** The lines and the remark about a mapping [start, end) in bytes. */
function told(of: MappingFigures, start: number, end: number): { readonly lines: Figure[]; readonly remark: string } {
  const line: Line = { start: start / 4096, end: end / 4096, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: 10, name: '' };
  const intervals = tile(tableOf([line]), LAYOUT_64);
  const joined = JoinedFigures.of(intervals, of);
  const index = intervals.bounds.indexOf(line.start);
  return { lines: joined.isTold(index) ? regionFigures(joined, intervals, index) : [], remark: figuresRemark(joined, intervals, index) };
}

it('shows the existing figures, and always three lines', () => {
  const { lines, remark } = told(figures, 0x1000, 0x3000);
  expect(lines.map(({ id, value, share, bar }) => [id, value, share, bar])).toEqual([
    ['smaps-in-memory', '4 KB', '50 %', 0.5],
    ['smaps-pss', '2 KB', '', null],
    ['smaps-privateDirty', '4 KB', '', null],
    ['smaps-swap', '0 B', '', null],
  ]);
  expect(remark).toBe('');
  expect(told(figures, 0x3000, 0x5000).lines.map(({ id }) => id)).toEqual(['smaps-in-memory', 'smaps-pss', 'smaps-swap', 'smaps-locked']);
});

it('shows for a grown mapping at least what was read, and for a split one nothing', () => {
  const grown = told(figures, 0x1000, 0x2f000);
  expect(grown.lines.slice(0, 2).map(({ value, share }) => [value, share])).toEqual([
    ['≥ 4 KB', ''],
    ['≥ 2 KB', ''],
  ]);
  expect(grown.lines.find(({ id }) => id === 'smaps-swap')?.value).toBe('–');
  expect(grown.lines[0]?.source).toContain('at least 4 KB');
  expect(grown.remark).toBe('The figures cover 16 KB of its 184 KB: it changed between the two reads.');
  expect(told(figures, 0x1000, 0x2000)).toEqual({ lines: [], remark: 'No figures: this mapping changed between the two reads.' });
});

it('counts pages of hugetlbfs as in memory, and shows them separately', () => {
  const { lines } = told(figures, 0x400000, 0x1000000);
  expect(lines.map(({ id, value, share, bar }) => [id, value, share, bar])).toEqual([
    ['smaps-in-memory', '6 MB', '50 %', 0.5],
    ['smaps-pss', '0 B', '', null],
    ['smaps-swap', '0 B', '', null],
    ['smaps-sharedHugetlb', '2 MB', '', null],
    ['smaps-privateHugetlb', '4 MB', '', null],
  ]);
  expect(lines[0]?.source).toContain('6,144 KB, Rss, Shared_Hugetlb and Private_Hugetlb of /proc/PID/smaps');
});

it('shows only RSS if the kernel reports no hugetlbfs', () => {
  const old = figuresOf({ columns: ['start', 'end', 'rss_kb'], rows: [['0x1000', '0x3000', 4]] });
  expect(told(old, 0x1000, 0x3000).lines.map(({ term, value }) => `${term} ${value}`)).toEqual(['In memory –', 'RSS 4 KB', 'PSS –', 'Swapped –']);
});

it('says what a kernel does not tell rather than nothing', () => {
  const none = figuresOf({ columns: ['start', 'end'], rows: [['0x1000', '0x2000']] });
  const { lines } = told(none, 0x1000, 0x2000);
  expect(lines.map(({ value }) => value)).toEqual(['–', '–', '–']);
  expect(lines[0]?.source).toContain('not reported by this kernel');
  // Each line names its source.
  for (const { source } of told(figures, 0x1000, 0x3000).lines)
    expect(FIGURE_COLUMNS.some(([, word]) => source.includes(`${word} of /proc/PID/smaps`))).toBe(true);
});
