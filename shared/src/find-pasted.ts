import { DELETED } from './deleted.ts';
import type { Intervals } from './intervals.ts';
import { nameIndex } from './names.ts';
import { addBytes, type Address, type Bytes, compareBytes, formatByteAddress, page, subtractBytes } from './page.ts';
import { type PlaceInFile, readPastedPlace } from './pasted-place.ts';
import { PERM_EXEC } from './perms.ts';
import type { MappingTable } from './region.ts';
import type { AddressQuery } from './address-query.ts';

/**
 * Where a place of a crash log, a kernel message or a debugger lies in this map; null where the text is none. A place in a file is looked for by its name: the process of then
 * had the file elsewhere. Only where no such file is mapped, the address counts.
 */
export function findPasted(typed: string, intervals: Intervals): AddressQuery | { readonly problem: string } | null {
  const place = readPastedPlace(typed);
  if (place === null) return null;
  const { address, length, inFile } = place;
  const found = inFile === null ? null : inMap(inFile, intervals.table);
  if (found !== null && !('problem' in found)) return { type: 'address', start: found, length: null };
  if (address !== null) return { type: 'address', start: address, length };
  return found ?? { problem: 'That is no place in a file.' };
}

function inMap(place: PlaceInFile, table: MappingTable): Address | { readonly problem: string } {
  const exact = rowsOf(place.name, table);
  // The loader may have found it by another path, as /lib for /usr/lib.
  const rows = exact.length > 0 ? exact : rowsOf(place.name.slice(place.name.lastIndexOf('/') + 1), table);
  const [first] = rows;
  if (first === undefined) return { problem: `No file ${place.name} is mapped here.` };
  const start = (row: number): Bytes => ({ page: table.start[row] ?? 0, byte: 0 });
  const fileOffset = (row: number): Bytes => ({ page: table.offset[row] ?? 0, byte: 0 });
  const executable = rows.filter((row) => ((table.perms[row] ?? 0) & PERM_EXEC) !== 0);
  const lies = (row: number, at: Bytes): boolean => compareBytes(at, start(row)) >= 0 && compareBytes(at, { page: table.end[row] ?? 0, byte: 0 }) < 0;
  let at: Bytes | null = null;
  if (place.from === 'executable mapping') at = executable[0] === undefined ? null : addBytes(start(executable[0]), place.offset);
  // What is loaded begins with the file.
  else if (place.from === 'load address') at = addBytes(start(first), place.offset);
  else
    for (const row of [...executable, ...rows]) {
      if (compareBytes(place.offset, fileOffset(row)) < 0) continue;
      const here = addBytes(start(row), subtractBytes(place.offset, fileOffset(row)));
      if (lies(row, here)) at ??= here;
    }
  const last = rows.at(-1) ?? first;
  if (at === null || compareBytes(at, { page: table.end[last] ?? 0, byte: 0 }) >= 0)
    return { problem: `${place.name} is mapped here, but not as far as +${formatByteAddress(place.offset, 1)}.` };
  return { page: page(at.page), byte: at.byte };
}

/** Rows of one file, ascending: the first one of that name, by its path or the last part of it, and all that are of the same device and inode. */
function rowsOf(wanted: string, table: MappingTable): number[] {
  const names = new Set<number>();
  for (const [key, index] of nameIndex(table.names)) {
    const name = key.endsWith(DELETED) ? key.slice(0, -DELETED.length) : key;
    if (index > 0 && (name === wanted || key === wanted || name.endsWith(`/${wanted}`))) names.add(index);
  }
  const all = Array.from({ length: table.length }, (_, row) => row).filter((row) => names.has(table.name[row] ?? 0));
  const [first = -1] = all;
  return all.filter((row) => (['device', 'inodeLow', 'inodeHigh'] as const).every((column) => table[column][row] === table[column][first]));
}
