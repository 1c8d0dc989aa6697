import { DELETED } from '@procmap/shared/files/deleted.ts';
import { kernelObject } from '@procmap/shared/files/kernel-objects.ts';
import { SHMEM_DEVICE } from '../reader/procfs/maps/kind-of-device.ts';
import { deviceOfMount } from '../reader/procfs/maps/mounts.ts';
import type { MappedRow } from './mapped-row.ts';

const SHMEM = deviceOfMount(SHMEM_DEVICE);
/** The name of an O_TMPFILE file, with its inode number. */
const TEMPORARY = /\/#([0-9]+)$/;

/** Paths that a mapping's name may stand for. */
export interface MappedName {
  /** The full name. */
  readonly path: string;
  /** The name without the kernel's mark of a deleted file; null: the name does not end with it. */
  readonly before: string | null;
}

/** `link`: the target of the link in map_files, if it can be read. It has real newlines. */
export function mappedName(row: MappedRow, link: string | null): MappedName {
  const path = link?.replaceAll('\n', '\\012') === row.name ? link : row.name.replaceAll('\\012', '\n');
  return { path, before: path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : null };
}

/** True if no path ever led to the file. `isMounted`: its file system is mounted, so it may have a name after all. */
export function isNeverNamed({ inode, name, device }: MappedRow, { before }: MappedName, isMounted: boolean): boolean {
  if (!name.startsWith('/')) return true;
  if (!isMounted && (device === SHMEM || (device.startsWith('0:') && kernelObject(name) !== null))) return true;
  const [, number] = TEMPORARY.exec(before ?? '') ?? [];
  return number !== undefined && number.length <= 20 && BigInt(number) === inode;
}
