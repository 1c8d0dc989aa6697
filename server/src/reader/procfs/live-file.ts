import { opendirSync } from 'node:fs';
import { errnoName } from '../outcome.ts';
import { procPath, readSmall } from './proc-file.ts';
import { hasSpace, isZombie, parseStat } from './stat.ts';

/** What of a process tells whether its first thread lives. */
export interface FirstThread {
  readonly state: string;
}

const GONE: FirstThread = { state: 'Z' };

/** Which thread tells of a process: the kernel shows one that has ended without memory, also where others go on. */
export interface Teller {
  readonly thread: number;
}

/** A file of the process, by the thread that tells of it. */
export function liveFile(pid: number, { thread }: Teller, file: string): string {
  return procPath(pid, thread === pid ? file : `task/${thread}/${file}`);
}

/** Readings of which the thread ends meanwhile, one after the other. */
const ATTEMPTS = 4;

/**
 * What is read by a thread that lives; by another one where that ends meanwhile. Throws the system's error. `isEmpty`: as it is of a thread without memory, whose files are
 * empty without an error.
 */
export function byLivingThread<T>(pid: number, first: FirstThread, read: (teller: Teller) => T, isEmpty: (what: T) => boolean = () => false): T {
  let known = first;
  for (let left = ATTEMPTS - 1; ; left--) {
    const teller = { thread: livingThread(pid, known) };
    try {
      const what = read(teller);
      if (left === 0 || !isEmpty(what) || !isGone(pid, teller)) return what;
    } catch (error) {
      if (left === 0 || !hasEnded(pid, teller, error)) throw error;
    }
    known = GONE;
  }
}

/** Whether it is for the end of that thread that it could not be read: of the process this says nothing. */
export function hasEnded(pid: number, teller: Teller, error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes(errnoName(error)) && isGone(pid, teller);
}

/** Of the first thread: while others go on. */
function isGone(pid: number, { thread }: Teller): boolean {
  return !isAlive(pid, thread) && (thread !== pid || livingThread(pid, GONE) !== pid);
}

/** The first thread, or, where that has ended, another one that has not. /proc has a folder for each of them, by number; of thousands not all are looked at. */
export function livingThread(pid: number, first: FirstThread): number {
  if (!isZombie(first)) return pid;
  try {
    const folder = opendirSync(procPath(pid, 'task'));
    try {
      for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
        const thread = Number(entry.name);
        if (thread !== pid && isAlive(pid, thread)) return thread;
      }
    } finally {
      folder.closeSync();
    }
  } catch {
    // The process itself has gone meanwhile.
  }
  return pid;
}

/** With memory to tell of. One that ended stays in the list for as long as a debugger has not looked at it. */
function isAlive(pid: number, thread: number): boolean {
  try {
    const bytes = readSmall(procPath(pid, `task/${thread}/stat`));
    const stat = parseStat(bytes);
    return stat !== null && !isZombie(stat) && hasSpace(bytes);
  } catch {
    return false;
  }
}
