import { readlinkSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile, type Teller } from '../reader/procfs/process/live-file.ts';
import { type Mounts, readMounts } from '../reader/procfs/maps/mounts.ts';
import { PROC_ROOT } from '../reader/procfs/process/proc-file.ts';

/** The folder below which the path of a mapped file is resolved, and the mounts there. */
export interface FileRoot {
  readonly folder: (teller: Teller) => string;
  /** The path below that folder. */
  readonly path: string;
  readonly mounts: Mounts;
}

/**
 * Finds the folder for a path from maps. Such paths start at the root of the reading process; for a file in another
 * mount namespace, at the root of that namespace. A process that called chroot(2) can only reach paths below its own
 * root. null: the path cannot be reached from any root that may be entered. Throws the system's error.
 */
export function rootOfPath(pid: number, path: string): FileRoot | null {
  return byLivingThreadNow(pid, (teller) => rootBy(pid, teller, path));
}

function rootBy(pid: number, teller: Teller, path: string): FileRoot | null {
  const folder = (now: Teller): string => liveFile(pid, now, 'root');
  beat();
  const root = readlinkSync(folder(teller), 'buffer').toString('latin1');
  const below = root === '/' ? path : path.startsWith(`${root}/`) ? path.slice(root.length) : null;
  if (below !== null) return { folder, path: below, mounts: readMounts(liveFile(pid, teller, 'mountinfo')) };
  beat();
  return readlinkSync(liveFile(pid, teller, 'ns/mnt')) === readlinkSync(`${PROC_ROOT}/self/ns/mnt`)
    ? { folder: () => '/', path, mounts: readMounts(`${PROC_ROOT}/self/mountinfo`) }
    : null;
}
