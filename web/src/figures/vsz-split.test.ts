import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { figuresOf as figuresOfJson } from '@procmap/shared/output/smaps.fixture.ts';
import { LAYOUT_64, linesIn, tableOf, type Line } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { vszFigures, type VszSplit, vszSplit, vszUnread } from './vsz-split.ts';

const maps = linesIn(LAYOUT_64).map((lines) => tile(tableOf(lines), LAYOUT_64));

/** Mappings of two pages, one behind the other: heap, reserved, text. */
const LINES: readonly Line[] = [3, 0, 5].map((perms, i) => ({
  start: 16 + 2 * i,
  end: 18 + 2 * i,
  offset: 0,
  inodeLow: 0,
  inodeHigh: 0,
  device: 0,
  perms,
  kind: 10,
  name: '',
}));

const smaps = (rows: readonly (string | number)[][]) =>
  figuresOfJson({ columns: ['start', 'end', 'rss_kb', 'shared_hugetlb_kb', 'private_hugetlb_kb', 'swap_kb'], rows });
const ALL = smaps([
  ['0x10000', '0x12000', 4, 0, 0, 0],
  ['0x12000', '0x14000', 0, 0, 0, 4],
  ['0x14000', '0x16000', 0, 0, 8, 0],
]);

function splitOf(intervals: Intervals, figures: ReturnType<typeof smaps> | null): VszSplit {
  return figures === null ? vszUnread(summarise(intervals)) : vszSplit(intervals, figures);
}

function shown(lines: readonly Line[], figures: ReturnType<typeof smaps> | null): Record<string, string> {
  return Object.fromEntries(vszFigures(splitOf(tile(tableOf(lines), LAYOUT_64), figures)).map(({ id, value }) => [id.replace('vsz-', ''), value]));
}

it('the parts add up to the mapped size', () => {
  fc.assert(
    fc.property(maps, fc.boolean(), (intervals, isRead) => {
      const { table } = intervals;
      const cells = Array.from(table.start, (start, row) => [start, table.end[row] ?? 0]);
      // Every third one is unknown, every fifth one partly known.
      const rows = cells.flatMap(([start = 0, end = 0], i) =>
        i % 3 === 2 ? [] : [[`0x${(BigInt(start) * 4096n).toString(16)}`, `0x${(BigInt(i % 5 === 4 ? start + 1 : end) * 4096n).toString(16)}`, 4, 0, 0, 0]],
      );
      const split = splitOf(intervals, isRead ? smaps(rows) : null);
      const { whole, ...parts } = split;
      expect(whole).toBe(4 * summarise(intervals).mappedPages);
      expect(Object.values(parts).reduce((a, b) => a + b, 0)).toBe(whole);
      for (const part of Object.values(parts)) expect(part).toBeGreaterThanOrEqual(0);
      // Without any figures the split is that of the map alone.
      if (!isRead) expect(split).toEqual(vszSplit(intervals, smaps([])));
    }),
  );
});

it('distinguishes all parts, with huge pages in memory', () =>
  expect(shown(LINES, ALL)).toEqual({ reserved: '4 KB', untouched: '4 KB', 'in-memory': '12 KB', swapped: '4 KB', untold: '0 B' }));

it('are not known where nothing was read, or not of all', () => {
  expect(shown(LINES, null)).toEqual({ reserved: '≤ 8 KB', untouched: '–', 'in-memory': '–', swapped: '–', untold: '24 KB' });
  const grown = LINES.map((line, i) => (i === 2 ? { ...line, end: line.end + 1 } : line));
  expect(shown(grown, ALL)).toEqual({ reserved: '4 KB', untouched: '≥ 4 KB', 'in-memory': '≥ 12 KB', swapped: '≥ 4 KB', untold: '4 KB' });
});
