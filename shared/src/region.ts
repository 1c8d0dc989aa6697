import { KINDS } from './kind.ts';
import { nameCount, type Names, NO_NAMES } from './text/names.ts';
import { END_PAGE_64 } from './page.ts';

/** A device is `major << MINOR_BITS | minor`, as in the kernel. */
export const MINOR_BITS = 20;
export const MINOR_MASK = 2 ** MINOR_BITS - 1;

/**
 * Mappings as a struct of arrays, ascending by start, disjoint: one row for each line of /proc/PID/maps. A table is a
 * value: its arrays never change once it is built, so it can be shared and compared by identity.
 */
export interface MappingTable {
  readonly length: number;
  /** First page. */
  readonly start: Float64Array;
  /** One past the last page. */
  readonly end: Float64Array;
  /** Offset in the file, in pages (the kernel's vm_pgoff). */
  readonly offset: Float64Array;
  /** The inode number is 64 bits wide, and real file systems (overlayfs with xino) use the top bits. */
  readonly inodeLow: Uint32Array;
  readonly inodeHigh: Uint32Array;
  /** See MINOR_BITS. */
  readonly device: Uint32Array;
  /** Index in `names`. */
  readonly name: Uint32Array;
  /** PERM_* bits. */
  readonly perms: Uint8Array;
  /** Index in KINDS. */
  readonly kind: Uint8Array;
  readonly names: Names;
}

type ColumnArray = Float64Array | Uint32Array | Uint8Array;
type ColumnConstructor = Float64ArrayConstructor | Uint32ArrayConstructor | Uint8ArrayConstructor;

/**
 * The columns in wire order, widest first, so that each stays aligned. Codec, diff and apply walk this list: a new
 * column is one line here, one in MappingTable and one in sameRow().
 */
export const COLUMNS = [
  ['start', Float64Array],
  ['end', Float64Array],
  ['offset', Float64Array],
  ['inodeLow', Uint32Array],
  ['inodeHigh', Uint32Array],
  ['device', Uint32Array],
  ['name', Uint32Array],
  ['perms', Uint8Array],
  ['kind', Uint8Array],
] as const satisfies readonly (readonly [keyof MappingTable, ColumnConstructor])[];

export type ColumnName = (typeof COLUMNS)[number][0];
type Columns = { readonly [C in ColumnName]: MappingTable[C] };

/**
 * Compares all columns of two rows that begin at the same page. `translation`: names of `next` to names of `old`. Written
 * out because a loop over COLUMNS takes twice as long; the test of diff() walks COLUMNS.
 */
export function sameRow(old: MappingTable, i: number, next: MappingTable, j: number, translation: Uint32Array): boolean {
  return (
    old.end[i] === next.end[j] &&
    old.name[i] === translation[next.name[j] ?? 0] &&
    old.perms[i] === next.perms[j] &&
    old.kind[i] === next.kind[j] &&
    old.offset[i] === next.offset[j] &&
    old.inodeLow[i] === next.inodeLow[j] &&
    old.inodeHigh[i] === next.inodeHigh[j] &&
    old.device[i] === next.device[j]
  );
}

/** Bytes of one row on the wire. */
export const ROW_BYTES = COLUMNS.reduce((sum, [, array]) => sum + array.BYTES_PER_ELEMENT, 0);

/** Builds a table by calling `make` for each column. */
export function buildTable(length: number, names: Names, make: (column: ColumnName, array: ColumnConstructor) => ColumnArray): MappingTable {
  const columns = Object.fromEntries(COLUMNS.map(([column, array]) => [column, make(column, array)])) as unknown as Columns;
  return { length, names, ...columns };
}

/** A table of `length` zero rows, to be filled by its creator before anything else sees it. */
export function allocateTable(length: number, names: Names = NO_NAMES): MappingTable {
  return buildTable(length, names, (_, array) => new array(length));
}

export const EMPTY_TABLE: MappingTable = allocateTable(0);

/**
 * Checks the assumptions about a table from the wire: rows of whole pages, ascending, disjoint, not empty, each with a
 * valid kind and name; the first name is empty. Throws RangeError.
 */
export function checkTable(table: MappingTable): void {
  const names = nameCount(table.names);
  if (table.names.ends[1] !== 0) throw new RangeError('table: the first name is not empty');
  let last = 0;
  for (let i = 0; i < table.length; i++) {
    const start = table.start[i] ?? NaN;
    const end = table.end[i] ?? NaN;
    const offset = table.offset[i] ?? NaN;
    if (!(start >= last && end > start && end <= END_PAGE_64)) throw new RangeError('table: rows out of order');
    if (!(Number.isInteger(start) && Number.isInteger(end))) throw new RangeError('table: not whole pages');
    if (!(Number.isInteger(offset) && offset >= 0 && offset < END_PAGE_64)) throw new RangeError('table: impossible offset');
    if ((table.name[i] ?? 0) >= names) throw new RangeError('table: no such name');
    if ((table.kind[i] ?? 0) >= KINDS.length) throw new RangeError('table: no such kind');
    last = end;
  }
}

/** Row of the mapping that holds a page; -1: none. */
export function rowAt({ start, end, length }: MappingTable, page: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] ?? 0) <= page) low = middle + 1;
    else high = middle;
  }
  return low < length && (start[low] ?? 0) <= page ? low : -1;
}

/** True where a file, or an object of the kernel that has an inode, is mapped. */
export function hasInode({ inodeLow, inodeHigh }: MappingTable, row: number): boolean {
  return ((inodeLow[row] ?? 0) | (inodeHigh[row] ?? 0)) !== 0;
}

/** Decimal inode number, exact in all 64 bits. */
export function inodeText(table: MappingTable, row: number): string {
  return formatInode(table.inodeLow[row] ?? 0, table.inodeHigh[row] ?? 0);
}

export function formatInode(low: number, high: number): string {
  return high < 2 ** 21 ? String(high * 2 ** 32 + low) : ((BigInt(high) << 32n) | BigInt(low)).toString();
}

/** `major:minor` in hex, two digits at least, as maps prints it. */
export function deviceText(table: MappingTable, row: number): string {
  return formatDevice(table.device[row] ?? 0);
}

export function formatDevice(device: number): string {
  return `${(device >>> MINOR_BITS).toString(16).padStart(2, '0')}:${(device & MINOR_MASK).toString(16).padStart(2, '0')}`;
}

/** Parses a device such as `fe:00` into its number in a table; null for other text. */
export function parseDevice(text: string): number | null {
  const [, major, minor] = /^([0-9a-f]{1,3}):([0-9a-f]{1,5})$/i.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : ((Number.parseInt(major, 16) << MINOR_BITS) | Number.parseInt(minor, 16)) >>> 0;
}
