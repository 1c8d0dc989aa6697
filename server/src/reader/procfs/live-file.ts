import { readdirSync } from 'node:fs';
import { procPath, readSmall } from './proc-file.ts';
import { isZombie, parseStat } from './stat.ts';

/** What of a process tells whether its first thread lives. */
export interface FirstThread {
  readonly state: string;
}

/** A file of the process; of another thread when the first one ended and the others go on: the kernel shows an ended one without memory. */
export function liveFile(pid: number, first: FirstThread, file: string): string {
  const thread = livingThread(pid, first);
  return procPath(pid, thread === pid ? file : `task/${thread}/${file}`);
}

/** The first thread, or, where that has ended, another one that has not. /proc has a folder for each of them, by number. */
export function livingThread(pid: number, first: FirstThread): number {
  if (!isZombie(first)) return pid;
  return othersOf(pid).find((thread) => isAlive(pid, thread)) ?? pid;
}

/** None where the process itself has gone meanwhile. */
function othersOf(pid: number): readonly number[] {
  try {
    return readdirSync(procPath(pid, 'task'))
      .map(Number)
      .filter((thread) => thread !== pid);
  } catch {
    return [];
  }
}

/** One that ended stays in the list for as long as a debugger has not looked at it. */
function isAlive(pid: number, thread: number): boolean {
  try {
    const stat = parseStat(readSmall(procPath(pid, `task/${thread}/stat`)));
    return stat !== null && !isZombie(stat);
  } catch {
    return false;
  }
}
