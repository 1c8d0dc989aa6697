import { type BigIntStats, readFileSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import type { MappedRow } from './mapped-row.ts';
import type { Mount, Mounts } from '../reader/procfs/maps/mounts.ts';
import type { FoundFile } from './walk.ts';

/** True if a file is the mapped one; null: unknown. */
type Likeness = boolean | null;

/**
 * Compares inode and mount. maps shows the device of the file system, stat(2) may show another (btrfs: one for each
 * subvolume). For overlayfs, older kernels show device and inode of the underlying layer in maps. stat(2) shows the
 * inode of that layer and, if the layers are on several file systems, its device.
 */
export function likenessOf(row: MappedRow, { fd, stat }: FoundFile, mounts: Mounts): Likeness {
  if (stat.ino !== row.inode) return false;
  const mount = mountOf(fd, mounts);
  const device = deviceText(stat);
  if (row.device === mount?.device || row.device === device) return true;
  if (mount === null) return null;
  if (mount.type === 'overlay') return device === mount.device ? true : null;
  return false;
}

/** The mount of an open file; null: not visible to that process. */
export function mountOf(fd: number, mounts: Mounts): Mount | null {
  beat();
  const [, id] = /^mnt_id:\s*([0-9]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
  return id === undefined ? null : mounts.byId(Number(id));
}

/**
 * Unpacks st_dev of stat(2): the low 8 bits of the minor number, the low 12 bits of the major number, then the other
 * bits of the minor and of the major.
 */
function deviceText({ dev }: BigIntStats): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
