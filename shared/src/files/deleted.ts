import { kernelObject } from './kernel-objects.ts';
import { Kind } from '../kind.ts';
import { isFileKind } from './mapped-files.ts';
import { nameBytes, nameKey } from '../names.ts';
import { inodeText, type MappingTable } from '../region.ts';

/** What the kernel appends to the path of a file whose name was taken away; a file may really be named so. */
export const DELETED = ' (deleted)';

/**
 * Whether the kernel marks a row's file as deleted: what had a name and lost it. Memory files, System V memory and their like are marked, too, but never had one; nor has what was opened with O_TMPFILE.
 * Of a file that is named so nothing in maps tells that it is there.
 */
export function isDeleted(table: MappingTable, row: number): boolean {
  const { names, name, kind } = table;
  const index = name[row] ?? 0;
  const bytes = nameBytes(names, index);
  if (bytes.length < DELETED.length || String.fromCharCode(...bytes.subarray(-DELETED.length)) !== DELETED) return false;
  const path = nameKey(names, index).slice(0, -DELETED.length);
  if (isFileKind(kind[row] ?? 0)) return !path.endsWith(`/#${inodeText(table, row)}`);
  if (kind[row] !== Kind.shmem && kind[row] !== Kind.device) return false;
  // Names of the kernel's own making have no folder.
  return kernelObject(path + DELETED) === null && path.lastIndexOf('/') > 0;
}
