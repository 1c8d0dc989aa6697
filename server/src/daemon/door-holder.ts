import { readdirSync, readFileSync } from 'node:fs';
import { openFiles } from './children/open-files.ts';

/** systemd: it holds the listening sockets of services. */
const INIT = 1;

const FLAGS = 3;
const INODE = 6;
/** __SO_ACCEPTCON */
const LISTENS = '00010000';

/** The process that listens on this Unix socket, if the caller may see it; otherwise null. */
export function doorHolder(path: string): number | null {
  try {
    // Connections to the socket have the same path.
    const line = readFileSync('/proc/net/unix', 'latin1')
      .split('\n')
      .find((each) => each.endsWith(` ${path}`) && each.split(/\s+/)[FLAGS] === LISTENS);
    const inode = line?.split(/\s+/)[INODE];
    if (inode === undefined) return null;
    const pids = readdirSync('/proc').map(Number);
    return pids.find((pid) => pid > INIT && openFiles(pid).includes(`socket:[${inode}]`)) ?? null;
  } catch {
    return null;
  }
}
