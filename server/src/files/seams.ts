import { Kind } from '@procmap/shared/kind.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_EXEC, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { hasInode, inodeText, type MappingTable, MINOR_BITS, MINOR_MASK } from '@procmap/shared/region.ts';
import { nameKey } from '@procmap/shared/text/names.ts';
import type { Seam } from './bss.ts';
import type { MappedRow } from './mapped-row.ts';

/** A seam with all that is needed to find the file. */
export interface FileSeam extends Seam {
  readonly row: MappedRow;
}

/** Places where anonymous memory follows a private mapping of a file without a gap, ascending. */
export function* seamsOf(table: MappingTable): Generator<FileSeam> {
  const { length, start, end, offset, perms } = table;
  /** The last row that maps a file from its beginning. */
  let first = -1;
  for (let row = 0; row + 1 < length; row++) {
    if (!hasInode(table, row)) continue;
    if (offset[row] === 0) first = row;
    const isPrivate = ((perms[row] ?? 0) & PERM_SHARED) === 0;
    const page = end[row] ?? 0;
    if (!isPrivate || start[row + 1] !== page || !isAnonymous(table, row + 1)) continue;
    let last = row + 1;
    while (start[last + 1] === end[last] && isAnonymous(table, last + 1)) last++;
    yield { row: mappedRow(table, row, first), page, endPage: end[last] ?? 0 };
    // None of these maps a file.
    row = last;
  }
}

/** The memory behind data may have become part of the heap, which begins there. */
function isAnonymous(table: MappingTable, row: number): boolean {
  const { kind, perms, length } = table;
  return row < length && (kind[row] === Kind.anon || kind[row] === Kind.heap) && !hasInode(table, row) && ((perms[row] ?? 0) & PERM_SHARED) === 0;
}

function mappedRow(table: MappingTable, row: number, first: number): MappedRow {
  const { start, end, offset, device, perms, name, names } = table;
  const number = device[row] ?? 0;
  const isSame = first >= 0 && device[first] === number && inodeText(table, first) === inodeText(table, row);
  const bits = perms[row] ?? 0;
  return {
    range: [start, end].map((pages) => (BigInt(pages[row] ?? 0) * BigInt(PAGE_SIZE)).toString(16)).join('-'),
    startPage: start[row] ?? 0,
    firstPage: isSame ? (start[first] ?? 0) : null,
    executable: (bits & PERM_EXEC) !== 0,
    writable: (bits & PERM_WRITE) !== 0,
    offset: (offset[row] ?? 0) * PAGE_SIZE,
    device: `${number >>> MINOR_BITS}:${number & MINOR_MASK}`,
    inode: BigInt(inodeText(table, row)),
    name: nameKey(names, name[row] ?? 0),
  };
}
