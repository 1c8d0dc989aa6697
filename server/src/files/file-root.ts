import { readlinkSync } from 'node:fs';
import { beat } from '../reader/beat.ts';
import { PROC_ROOT, procPath } from '../reader/procfs/proc-file.ts';
import { type Mounts, readMounts } from './mounts.ts';

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
  const folder = procPath(pid, 'root');
  beat();
  const root = readlinkSync(folder, 'buffer').toString('latin1');
  if (root === '/') return { folder, path, mounts: mountsOf(pid) };
  if (path.startsWith(`${root}/`)) return { folder, path: path.slice(root.length), mounts: mountsOf(pid) };
  beat();
  return readlinkSync(procPath(pid, 'ns/mnt')) === readlinkSync(`${PROC_ROOT}/self/ns/mnt`) ? { folder: '/', path, mounts: mountsOf('self') } : null;
}

function mountsOf(pid: number | 'self'): Mounts {
  return readMounts(`${PROC_ROOT}/${pid}/mountinfo`);
}
