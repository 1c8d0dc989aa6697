import { type BigIntStats, readFileSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import type { MappedRow } from './mapped-row.ts';
import type { Mount, Mounts } from '../reader/procfs/maps/mounts.ts';
import type { FoundFile } from './walk.ts';

/** Whether a file is the one that is mapped; null: nobody can tell. */
export type Likeness = boolean | null;

/**
 * By inode and mount: maps tells the device of the file system, which stat(2) need not (btrfs has one for each subvolume). Of overlayfs older kernels tell device and inode of the layer below,
 * of which stat has the inode, and the device where the layers are of several file systems.
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

/** What an open file is on; null: what that process does not see. */
export function mountOf(fd: number, mounts: Mounts): Mount | null {
  beat();
  const [, id] = /^mnt_id:\s*([0-9]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'latin1')) ?? [];
  return id === undefined ? null : mounts.byId(Number(id));
}

/** As stat(2) packs it: eight bits of the minor number at the bottom, twelve of the major one, and then the rest of both. */
function deviceText({ dev }: BigIntStats): string {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffffff00n);
  return `${major}:${minor}`;
}
