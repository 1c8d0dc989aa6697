import { DELETED } from '@procmap/shared/files/deleted.ts';
import { kernelObject } from '@procmap/shared/files/kernel-objects.ts';
import { SHMEM_DEVICE } from '../reader/procfs/maps/kind-of-device.ts';
import { deviceOfMount } from '../reader/procfs/maps/mounts.ts';
import type { MappedRow } from './mapped-row.ts';

const SHMEM = deviceOfMount(SHMEM_DEVICE);
/** Of O_TMPFILE: the number of its inode. */
const TEMPORARY = /\/#([0-9]+)$/;

/** The paths that a mapping's name may mean; none: it is no path. */
export interface MappedName {
  /** As it stands there. */
  readonly path: string;
  /** Without what the kernel appends to a deleted one; null: it does not end so. */
  readonly before: string | null;
}

/** `link`: the name as the link in map_files has it, where that can be read: with its newlines. */
export function mappedName(row: MappedRow, link: string | null): MappedName {
  const path = link?.replaceAll('\n', '\\012') === row.name ? link : row.name.replaceAll('\\012', '\n');
  return { path, before: path.endsWith(DELETED) ? path.slice(0, -DELETED.length) : null };
}

/** No path ever led to it. `isMounted`: its file system is one that is mounted, so that it may have a name after all. */
export function isNeverNamed({ inode, name, device }: MappedRow, { before }: MappedName, isMounted: boolean): boolean {
  if (!name.startsWith('/')) return true;
  if (!isMounted && (device === SHMEM || (device.startsWith('0:') && kernelObject(name) !== null))) return true;
  const [, number] = TEMPORARY.exec(before ?? '') ?? [];
  return number !== undefined && number.length <= 20 && BigInt(number) === inode;
}
