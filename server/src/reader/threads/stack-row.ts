import { Kind } from '@procmap/shared/kind.ts';
import { PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { hasInode, type MappingTable } from '@procmap/shared/region.ts';

const ACCESS = PERM_READ | PERM_WRITE | PERM_SHARED;

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
