import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of systemd, which listens for a service. */
const INIT = 1;

/** The process that listens at that socket file, for who may look; null where nobody can be named. */
export function doorHolder(path: string): number | null {
  try {
    const line = readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .find((each) => each.endsWith(` ${path}`));
    const inode = line?.trim().split(/\s+/)[6];
    if (inode === undefined) return null;
    return (
      readdirSync('/proc')
        .map(Number)
        .find((pid) => pid > INIT && holds(pid, `socket:[${inode}]`)) ?? null
    );
  } catch {
    return null;
  }
}

function holds(pid: number, target: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => linkOf(`/proc/${pid}/fd/${fd}`) === target);
  } catch {
    return false;
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
