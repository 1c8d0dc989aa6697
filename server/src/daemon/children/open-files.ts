import { readdirSync, readlinkSync } from 'node:fs';

/** What a process has open at this moment, by the kernel's names (`/etc/passwd`, `socket:[1234]`). Empty when it cannot be seen. */
export function openFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(pid, fd));
  } catch {
    return [];
  }
}

/** None when it has been closed meanwhile. */
function linkOf(pid: number, fd: string): string[] {
  try {
    return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
  } catch {
    return [];
  }
}
