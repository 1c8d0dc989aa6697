import { readdirSync, readFileSync } from 'node:fs';
import { openFiles } from './children/open-files.ts';

/** Of systemd, which listens for a service. */
const INIT = 1;

const FLAGS = 3;
const INODE = 6;
/** __SO_ACCEPTCON */
const LISTENS = '00010000';

/** The process that listens at that socket file, for who may look; null where nobody can be named. */
export function doorHolder(path: string): number | null {
  try {
    // Each of its connections has the path, too.
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
