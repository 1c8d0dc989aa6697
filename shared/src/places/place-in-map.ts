import { DELETED } from '../files/deleted.ts';
import { nameIndex } from '../text/names.ts';
import { addBytes, type Address, type Bytes, compareBytes, formatByteAddress, page, subtractBytes } from '../page.ts';
import type { PlaceInFile } from './pasted-place.ts';
import { PERM_EXEC } from '../perms.ts';
import type { MappingTable } from '../region.ts';

/** The place found; or that no such file is mapped; or why its place in the mapped file is unknown. */
type FoundPlace =
  { readonly at: Address } | { readonly problem: string; readonly isMapped: boolean; /** It may be one of several places. */ readonly several?: true };

/** An address, and the row that holds it. */
interface Spot {
  readonly at: Bytes;
  readonly row: number;
}

const MAX_LISTED = 4;

/**
 * Finds a place in a file, always in a mapping of that file. `known`: its address in the process that reported it,
 * which decides between several candidates. Copies of the same bytes count as one place; places with different bytes
 * are all listed.
 */
export function placeInMap(place: PlaceInFile, known: Address | null, table: MappingTable): FoundPlace {
  const rows = rowsOf(place.name, table);
  if (rows.length === 0) return { problem: `No file ${place.name} is mapped here.`, isMapped: false };
  const spots = spotsIn(rows, place, table);
  const [first] = spots;
  const offset = `+${formatByteAddress(place.offset, 1)}`;
  // Mappings get split: an address relative to the file is better than one relative to the start of a mapping.
  if (known !== null && place.from === 'executable mapping' && spotAt(known, rows, table).length > 0) return { at: known };
  if (first === undefined) return { problem: `${place.name} is mapped here, but ${offset} is not.`, isMapped: true };
  const same = spots.find(({ at }) => known !== null && compareBytes(at, known) === 0);
  if (same !== undefined || spots.every((spot) => contentOf(spot, table) === contentOf(first, table))) {
    const { at } = same ?? first;
    return { at: { page: page(at.page), byte: at.byte } };
  }
  const listed = spots.slice(0, MAX_LISTED).map(({ at }) => formatByteAddress(at, 1));
  return {
    problem: `${place.name}${offset} may be ${listed.join(' or ')}${spots.length > MAX_LISTED ? ' or others' : ''} here.`,
    isMapped: true,
    several: true,
  };
}

/** All candidates, in the order of rows; only executable ones, if there are any. */
function spotsIn(rows: readonly number[], { offset, from }: PlaceInFile, table: MappingTable): Spot[] {
  const isRun = (row: number): boolean => ((table.perms[row] ?? 0) & PERM_EXEC) !== 0;
  const executable = rows.filter(isRun);
  if (from === 'executable mapping') return executable.flatMap((row) => spotAt(addBytes(startOf(row, table), offset), [row], table));
  const loaded = filesOf(rows, table)
    .flatMap((file) => copiesOf(file, table))
    .filter((copy) => copy.some(isRun));
  // A file with fixed addresses counts from 0.
  if (from === 'load address' && loaded.length > 0)
    return loaded.flatMap((copy) => [fromOffset(copy[0] ?? -1, offset, table), offset].flatMap((at) => spotAt(at, copy, table)));
  const spots = (among: readonly number[]): Spot[] => among.flatMap((row) => spotAt(fromOffset(row, offset, table), [row], table));
  const run = spots(executable);
  return run.length > 0 ? run : spots(rows);
}

/** The address of an offset, if a row's mapping extends that far. */
function fromOffset(row: number, offset: Bytes, table: MappingTable): Bytes | null {
  const begins: Bytes = { page: table.offset[row] ?? 0, byte: 0 };
  return compareBytes(offset, begins) < 0 ? null : addBytes(startOf(row, table), subtractBytes(offset, begins));
}

function spotAt(at: Bytes | null, rows: readonly number[], table: MappingTable): Spot[] {
  const row = at === null ? undefined : rows.find((each) => at.page >= (table.start[each] ?? 0) && at.page < (table.end[each] ?? 0));
  return at === null || row === undefined ? [] : [{ at, row }];
}

function startOf(row: number, table: MappingTable): Bytes {
  return { page: table.start[row] ?? 0, byte: 0 };
}

/** A key that is equal for places of the same byte of the same file. */
function contentOf({ at, row }: Spot, table: MappingTable): string {
  return `${identityOf(row, table)} ${(table.offset[row] ?? 0) + at.page - (table.start[row] ?? 0)}`;
}

function identityOf(row: number, { device, inodeHigh, inodeLow }: MappingTable): string {
  return `${device[row]} ${inodeHigh[row]} ${inodeLow[row]}`;
}

function filesOf(rows: readonly number[], table: MappingTable): number[][] {
  return [...Map.groupBy(rows, (row) => identityOf(row, table)).values()];
}

/**
 * Rows of a file, ascending, split by copies: a loader maps later parts of a file at higher addresses, and its
 * beginning only once with the same permissions.
 */
function copiesOf(file: readonly number[], { offset, perms }: MappingTable): number[][] {
  const copies: number[][] = [];
  for (const row of file) {
    const copy = copies.at(-1);
    const last = copy?.at(-1);
    const isBack = last === undefined || (offset[row] ?? 0) < (offset[last] ?? 0);
    const isRepeated = offset[row] === 0 && copy?.some((other) => offset[other] === 0 && perms[other] === perms[row]) === true;
    if (copy === undefined || isBack || isRepeated) copies.push([row]);
    else copy.push(row);
  }
  return copies;
}

/**
 * All rows of files with that name, ascending: with the full path; else with a path that ends so; else with the same
 * last part, since the loader may have found it elsewhere (/lib for /usr/lib).
 */
function rowsOf(wanted: string, table: MappingTable): number[] {
  const bare = withoutMark(wanted);
  const last = bare.slice(bare.lastIndexOf('/') + 1);
  const levels: ((key: string) => boolean)[] = [
    (key) => wanted !== bare && (key === wanted || key.endsWith(`/${wanted}`)),
    (key) => withoutMark(key) === bare,
    (key) => withoutMark(key).endsWith(`/${bare}`),
    (key) => withoutMark(key).endsWith(`/${last}`),
  ];
  const named = [...nameIndex(table.names)].filter(([, index]) => index > 0);
  for (const isNamed of levels) {
    const names = new Set(named.filter(([key]) => isNamed(key)).map(([, index]) => index));
    if (names.size > 0) return Array.from({ length: table.length }, (_, row) => row).filter((row) => names.has(table.name[row] ?? 0));
  }
  return [];
}

function withoutMark(name: string): string {
  return name.endsWith(DELETED) ? name.slice(0, -DELETED.length) : name;
}
