import { Kind } from '@procmap/shared/kind.ts';
import { PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { hasInode, type MappingTable } from '@procmap/shared/region.ts';

const ACCESS = PERM_READ | PERM_WRITE | PERM_SHARED;

/** Row of the mapping that this page lies in, or -1. */
export function rowWith({ start, end, length }: MappingTable, page: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] ?? 0) <= page) low = middle + 1;
    else high = middle;
  }
  return low < length && (start[low] ?? 0) <= page ? low : -1;
}

/**
 * True for memory that could hold stacks and has no mapping without access right below. If stacks lie there, their
 * guards may be pages of it (MADV_GUARD_INSTALL).
 */
export function hidesGuards(table: MappingTable, row: number): boolean {
  return isAnonymous(table, row) && ((table.perms[row] ?? 0) & ACCESS) === (PERM_READ | PERM_WRITE) && !isGuarded(table, row);
}

function isGuarded(table: MappingTable, row: number): boolean {
  const below = row - 1;
  return below >= 0 && table.end[below] === table.start[row] && isAnonymous(table, below) && table.perms[below] === 0;
}

function isAnonymous(table: MappingTable, row: number): boolean {
  return table.kind[row] === Kind.anon && !hasInode(table, row);
}
