import { kernelObject } from './kernel-objects.ts';
import { Kind } from '../kind.ts';
import { isFileKind } from './mapped-files.ts';
import { nameBytes, nameKey } from '../text/names.ts';
import { inodeText, type MappingTable } from '../region.ts';

/** The suffix that the kernel appends to the path of a deleted file. A file may really have such a name. */
export const DELETED = ' (deleted)';

/**
 * Whether the kernel marks a row's file as deleted: it had a name and lost it. False for memory files, System V memory
 * and the like, and files opened with O_TMPFILE: they are marked too, but never had a name. A file whose real name ends
 * so cannot be told apart by maps alone.
 */
export function isDeleted(table: MappingTable, row: number): boolean {
  const { names, name, kind } = table;
  const index = name[row] ?? 0;
  const bytes = nameBytes(names, index);
  if (bytes.length < DELETED.length || String.fromCharCode(...bytes.subarray(-DELETED.length)) !== DELETED) return false;
  const path = nameKey(names, index).slice(0, -DELETED.length);
  if (isFileKind(kind[row] ?? 0)) return !path.endsWith(`/#${inodeText(table, row)}`);
  if (kind[row] !== Kind.shmem && kind[row] !== Kind.device) return false;
  // Names that the kernel makes up have no folder.
  return kernelObject(path + DELETED) === null && path.lastIndexOf('/') > 0;
}
