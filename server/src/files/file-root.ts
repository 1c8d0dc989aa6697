import { readlinkSync } from 'node:fs';
import { beat } from '../common/beat.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile, type Teller } from '../reader/procfs/process/live-file.ts';
import { type Mounts, readMounts } from '../reader/procfs/maps/mounts.ts';
import { PROC_ROOT } from '../reader/procfs/process/proc-file.ts';

/** Where the path of a mapped file begins, and what is mounted below it. */
export interface FileRoot {
  readonly folder: (teller: Teller) => string;
  /** Below that folder. */
  readonly path: string;
  readonly mounts: Mounts;
}

/**
 * maps tells paths from the root of who reads it; of a file in another mount namespace, from the root of that namespace. A process that changed its root (chroot(2)) has less below its own. null: the path leads
 * outside of all that can be entered. Throws the system's error.
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
