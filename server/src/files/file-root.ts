import { readlinkSync } from 'node:fs';
import { beat } from '../reader/beat.ts';
import { liveFileNow } from '../reader/procfs/alive.ts';
import { type Mounts, readMounts } from '../reader/procfs/mounts.ts';
import { PROC_ROOT } from '../reader/procfs/proc-file.ts';

/** Where the path of a mapped file begins, and what is mounted below it. */
export interface FileRoot {
  readonly folder: string;
  /** Below that folder. */
  readonly path: string;
  readonly mounts: Mounts;
}

/**
 * maps tells paths from the root of who reads it; of a file in another mount namespace, from the root of that namespace. A process that changed its root (chroot(2)) has less below its own. null: the path leads
 * outside of all that can be entered. Throws the system's error.
 */
export function rootOfPath(pid: number, path: string): FileRoot | null {
  const folder = liveFileNow(pid, 'root');
  beat();
  const root = readlinkSync(folder, 'buffer').toString('latin1');
  if (root === '/') return { folder, path, mounts: readMounts(liveFileNow(pid, 'mountinfo')) };
  if (path.startsWith(`${root}/`)) return { folder, path: path.slice(root.length), mounts: readMounts(liveFileNow(pid, 'mountinfo')) };
  beat();
  return readlinkSync(liveFileNow(pid, 'ns/mnt')) === readlinkSync(`${PROC_ROOT}/self/ns/mnt`)
    ? { folder: '/', path, mounts: readMounts(`${PROC_ROOT}/self/mountinfo`) }
    : null;
}
