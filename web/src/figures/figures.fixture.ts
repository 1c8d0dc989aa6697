import type { Intervals } from '@procmap/shared/intervals.ts';
import { FIGURE_COLUMNS, type FigureColumn, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';

/** By the bits of PERM_*: shared mappings are also marked as device memory. */
const FLAGS = ['rd', 'wr', 'ex', 'ms io'];

/**
 * Figures of every other mapping of a map, for tests: whole KiB within its size, by a rule that a test can repeat. For
 * every fourth mapping only the first half was read.
 */
export function sampleFigures({ table }: Intervals): MappingFigures {
  const rows = Array.from({ length: table.length }, (_, row) => row).filter((row) => row % 2 === 0);
  const endOf = (row: number): number => {
    const [start, end] = [table.start[row] ?? 0, table.end[row] ?? 0];
    return row % 4 === 2 ? start + Math.ceil((end - start) / 2) : end;
  };
  // At most the memory that a machine can have, so that sums stay exact.
  const sizeKb = (row: number): number => Math.min(2 ** 42, 4 * (endOf(row) - (table.start[row] ?? 0)));
  const columns = Object.fromEntries(
    FIGURE_COLUMNS.map(([name], c) => [name, Float64Array.from(rows, (row) => Math.floor((sizeKb(row) * ((row + c) % 5)) / 4))]),
  ) as Record<FigureColumn, Float64Array>;
  return {
    ...columns,
    sharedHugetlb: new Float64Array(rows.length),
    privateHugetlb: new Float64Array(rows.length),
    length: rows.length,
    start: Float64Array.from(rows, (row) => table.start[row] ?? 0),
    end: Float64Array.from(rows, endOf),
    device: Float64Array.from(rows, (row) => table.device[row] ?? 0),
    inode: Float64Array.from(rows, (row) => (table.inodeHigh[row] ?? 0) * 2 ** 32 + (table.inodeLow[row] ?? 0)),
    offset: Float64Array.from(rows, (row) => table.offset[row] ?? 0),
    // Every third one has no known flags.
    flagSet: Uint16Array.from(rows, (row) => (row % 3 === 0 ? 0 : 1 + ((table.perms[row] ?? 0) & 15))),
    flagSets: ['', ...Array.from({ length: 16 }, (_, perms) => FLAGS.filter((_, bit) => (perms >> bit) & 1).join(' ') || 'mr')],
  };
}
