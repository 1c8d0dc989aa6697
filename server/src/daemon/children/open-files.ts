import { readdirSync, readlinkSync } from 'node:fs';

/**
 * Files that a process has open right now, by the kernel's names (`/etc/passwd`, `socket:[1234]`). Empty if they cannot
 * be read.
 */
export function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(pid, fd));
  } catch {
    return [];
  }
}

/** Empty if it has been closed meanwhile. */
function linkOf(pid: number, fd: string): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
  } catch {
    return [];
  }
}
