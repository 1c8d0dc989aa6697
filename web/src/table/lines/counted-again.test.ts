import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { FIGURE_COLUMNS, type FigureColumn, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { LAYOUT_64, type Line, tableOf } from '@procmap/shared/table.fixture.ts';
import { expect, it } from 'vitest';
import { countedAgainKb } from './counted-again.ts';

const VIEW: Line = { start: 0, end: 0, offset: 0, inodeLow: 7, inodeHigh: 0, device: 1, perms: 11, kind: Kind.shmem, name: '/memfd:x (deleted)' };

/** Eight pages each: three views of one memory, one view of a second, two views of a third. */
const intervals = tile(tableOf([7, 7, 7, 8, 9, 9].map((inodeLow, i) => ({ ...VIEW, inodeLow, start: 16 * (i + 1), end: 16 * (i + 1) + 8 }))), LAYOUT_64);

/** One figure for each mapping, all others empty; null: unknown. */
function figuresOf({ table }: Intervals, kbs: readonly (number | null)[], column: FigureColumn): MappingFigures {
  const rows = kbs.flatMap((kb, row) => (kb === null ? [] : [{ kb, row }]));
  const columns = Object.fromEntries(FIGURE_COLUMNS.map(([name]) => [name, Float64Array.from(rows, ({ kb }) => (name === column ? kb : 0))])) as Record<
    FigureColumn,
    Float64Array
  >;
  return {
    ...columns,
    length: rows.length,
    start: Float64Array.from(rows, ({ row }) => table.start[row] ?? 0),
    end: Float64Array.from(rows, ({ row }) => table.end[row] ?? 0),
    flagSet: new Uint16Array(rows.length),
    device: new Float64Array(rows.length).fill(NaN),
    inode: new Float64Array(rows.length).fill(NaN),
    offset: new Float64Array(rows.length).fill(NaN),
    flagSets: [''],
  };
}

function again(kbs: readonly (number | null)[], chosen: readonly number[], of = intervals, column: FigureColumn = 'rss'): number | null {
  const indexes = Array.from(of.row.keys()).filter((i) => chosen.includes(of.row[i] ?? -1));
  return countedAgainKb(Uint32Array.from(indexes), of, figuresOf(of, kbs, column));
}

it.each<[string, rss: (number | null)[], chosen: number[], kb: number | null]>([
  ['all but the largest view of each memory', [32, 16, 8, 32, 12, 12], [0, 1, 2, 3, 4, 5], 16 + 8 + 12],
  ['of two views the smaller one', [32, 16, 8, 32, 12, 12], [1, 2], 8],
  ['nothing of one view alone', [32, 16, 8, 32, 12, 12], [0, 3, 4], 0],
  ['nothing of no row', [32, 16, 8, 32, 12, 12], [], 0],
  ['not known where a view is not told', [32, null, 8, 32, 12, 12], [0, 1], null],
  ['known where what is not told is no view', [32, 16, 8, null, 12, 12], [0, 1, 3], 16],
  ['nothing where nothing is in memory', [0, 0, 0, 0, 0, 0], [0, 1, 2, 3, 4, 5], 0],
])('counts again, at most, %s', (_, rss, chosen, kb) => expect(again(rss, chosen)).toBe(kb));

it('counts huge pages of hugetlbfs, too, which RSS leaves out', () =>
  expect(again([32, 16, 8, 32, 12, 12], [0, 1, 2], intervals, 'sharedHugetlb')).toBe(16 + 8));

it('counts no more than the views have in common, of those that are chosen', () => {
  // Pages [0, 8), [6, 14) and [12, 20) of one memory.
  const chain = tile(tableOf([0, 6, 12].map((offset, i) => ({ ...VIEW, offset, start: 16 * (i + 1), end: 16 * (i + 1) + 8 }))), LAYOUT_64);
  expect(again([32, 32, 32], [0, 1, 2], chain)).toBe(2 * 2 * 4);
  expect(again([32, 32, 32], [0, 1], chain)).toBe(2 * 4);
  expect(again([32, 32, 32], [0, 2], chain)).toBe(0);
  expect(again([4, 32, 0], [0, 1, 2], chain)).toBe(4);
});
