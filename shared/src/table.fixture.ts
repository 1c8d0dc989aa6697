import fc from 'fast-check';
import type { MapMeta } from './frame.ts';
import type { Intervals } from './intervals.ts';
import { Kind, KINDS } from './kind.ts';
import type { Layout } from './layout.ts';
import { appendNames, type Names, NO_NAMES, nameKey } from './text/names.ts';
import { allocateTable, type ColumnName, COLUMNS, type MappingTable } from './region.ts';

/** Mapping tables for tests, and arbitraries for fast-check. */

/** A row with its name instead of an index, one char per byte, for comparing tables. */
export type Line = Readonly<Record<Exclude<ColumnName, 'name'>, number>> & { readonly name: string };

export function keyBytes(key: string): Uint8Array {
  return Uint8Array.from(key, (char) => char.charCodeAt(0));
}

/** A mapping of program code. Tests override single columns, so a new column gets its value for all of them here. */
export const TEXT_LINE: Line = {
  start: 0x400,
  end: 0x403,
  offset: 2,
  inodeLow: 7,
  inodeHigh: 0,
  device: (0xfe << 20) | 1,
  perms: 5,
  kind: Kind.text,
  name: '/bin/true',
};
export const ANON_LINE: Line = { ...TEXT_LINE, offset: 0, inodeLow: 0, device: 0, perms: 3, kind: Kind.anon, name: '' };

/** Lines must be ascending and disjoint. */
export function tableOf(lines: readonly Line[]): MappingTable {
  const names = ['', ...new Set(lines.map(({ name }) => name).filter((name) => name !== ''))];
  const table = withNames(allocateTable(lines.length), appendNames(NO_NAMES, names.slice(1).map(keyBytes)));
  lines.forEach((line, row) => {
    for (const [column] of COLUMNS) table[column][row] = column === 'name' ? names.indexOf(line.name) : line[column];
  });
  return table;
}

/** The same rows with other names; the name column indexes them. */
export function withNames(table: MappingTable, names: Names): MappingTable {
  return { ...table, names };
}

export function linesOf(table: MappingTable): Line[] {
  return Array.from({ length: table.length }, (_, row) => {
    const cells = COLUMNS.map(([column]) => [column, column === 'name' ? nameKey(table.names, table.name[row] ?? -1) : table[column][row]]);
    return Object.fromEntries(cells) as Line;
  });
}

export const LAYOUT_64: Layout = {
  bits: 64,
  processBits: 64,
  taskEnd: 2 ** 35 - 1,
  userEnd: 2 ** 35,
  kernelStart: 2 ** 52 - 2 ** 35,
  end: 2 ** 52,
  pagingLevels: 4,
};

/** No interval crosses the boundary of a half, as in the kernel. */
export function hasHalves({ bounds, layout: { userEnd, kernelStart } }: Pick<Intervals, 'bounds' | 'layout'>): boolean {
  return bounds.includes(userEnd) && bounds.includes(kernelStart);
}

export function isOfHalf(
  { bounds, layout: { userEnd, kernelStart } }: Pick<Intervals, 'bounds' | 'layout'>,
  i: number,
  half: 'both' | 'user' | 'kernel',
): boolean {
  const start = bounds[i] ?? 0;
  return half === 'both' || (half === 'user' ? start < userEnd : start >= kernelStart);
}

/** Any layout of either width; its parts may be empty. */
export const layouts: fc.Arbitrary<Layout> = fc.constantFrom(64 as const, 32 as const).chain((bits) => {
  const end = bits === 64 ? 2 ** 52 : 2 ** 20;
  const bound = fc.integer({ min: 1, max: end - 1 });
  return fc.tuple(bound, bound, bound, fc.constantFrom(64 as const, 32 as const)).map((bounds) => {
    const [taskEnd = 1, userEnd = 1, kernelStart = 1] = bounds.slice(0, 3).sort((a, b) => a - b);
    return { bits, processBits: bounds[3], taskEnd, userEnd, kernelStart, end, pagingLevels: 4 };
  });
});

const word = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const name = fc.oneof(
  fc.constantFrom('', '[heap]', '/lib/libc.so.6', '/a b,c', '\x1b[31m\t\u00e2\u0080\u00ae', '\xff\xfe', '__proto__'),
  fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => String.fromCharCode(...bytes)),
);
/** All columns of a row except its range. */
type Cells = Omit<Line, 'start' | 'end'>;
const CELL_COLUMNS = COLUMNS.map(([column]) => column).filter((column) => column !== 'start' && column !== 'end');
const cells: fc.Arbitrary<Cells> = fc.record({
  offset: fc.integer({ min: 0, max: 2 ** 52 - 1 }),
  inodeLow: word,
  inodeHigh: word,
  device: word,
  perms: fc.integer({ min: 0, max: 15 }),
  kind: fc.integer({ min: 0, max: KINDS.length - 1 }),
  name,
});

/** Rows in a space: adjacent, apart, up to and across the bounds of its parts. */
export function linesIn(layout: Layout): fc.Arbitrary<Line[]> {
  const { taskEnd, userEnd, kernelStart, end } = layout;
  const edges = [0, 1, taskEnd, userEnd, kernelStart, end].flatMap((page) => [page - 1, page, page + 1]).filter((page) => page >= 0 && page <= end);
  const page = fc.oneof(fc.constantFrom(...edges), fc.integer({ min: 0, max: end }), fc.integer({ min: 16, max: 48 }));
  const bounds = fc.uniqueArray(page, { maxLength: 24 }).map((pages) => pages.toSorted((a, b) => a - b));
  return fc.tuple(bounds, fc.array(fc.option(cells), { minLength: 23, maxLength: 23 })).map(([pages, rows]) =>
    rows.flatMap((row, i) => {
      const [start, next] = [pages[i], pages[i + 1]];
      return row === null || start === undefined || next === undefined ? [] : [{ start, end: next, ...row }];
    }),
  );
}

export const tables: fc.Arbitrary<MappingTable> = linesIn(LAYOUT_64).map(tableOf);

/** A row of the old table or none, and of the new table or none. */
type Fate = readonly [old: readonly Line[], next: readonly Line[]];

function fatesOf(line: Line): fc.Arbitrary<Fate> {
  const changed = fc.tuple(cells, fc.constantFrom(...CELL_COLUMNS)).map(([other, column]): Fate => [[line], [{ ...line, [column]: other[column] }]]);
  const plain = fc.constantFrom<Fate>([[line], [line]], [[line], [line]], [[line], []], [[], [line]], [[line], [{ ...line, end: line.start + 1 }]]);
  return fc.oneof({ arbitrary: plain, weight: 5 }, changed);
}

/** A map and a later version of it, or an unrelated map. */
export const tablePairs: fc.Arbitrary<readonly [MappingTable, MappingTable]> = fc.oneof(
  fc.tuple(tables, tables),
  linesIn(LAYOUT_64)
    .chain((lines) => fc.tuple(...lines.map(fatesOf)))
    .map((fates) => [tableOf(fates.flatMap(([old]) => old)), tableOf(fates.flatMap(([, next]) => next))] as const),
);

export const META: MapMeta = {
  process: { pid: 4242, startTime: 123_456, comm: 'a) \\x1b "fire\u{1f525}"' },
  layout: LAYOUT_64,
  takenAt: 1_700_000_000_000,
  cost: { readMs: 1.25, parseMs: 0.5, bytes: 12_345, reads: 4, torn: false },
};

/** n mappings of one page each, with gaps between, of 200 files. */
export function manyLines(n: number): Line[] {
  return Array.from({ length: n }, (_, i) => ({
    start: 0x7_0000_0000 + 2 * i,
    end: 0x7_0000_0000 + 2 * i + 1,
    offset: i,
    inodeLow: i % 200,
    inodeHigh: 0,
    device: 0xfe << 20,
    perms: 3,
    kind: 9,
    name: `/usr/lib/x86_64-linux-gnu/lib${i % 200}.so`,
  }));
}
