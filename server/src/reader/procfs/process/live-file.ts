import { errnoName } from './outcome.ts';
import { type FirstThread, isAlive, livingThread, othersEnded } from './living-thread.ts';
import { procPath } from './proc-file.ts';

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

/** Of the first thread: while others go on, or may. */
function isGone(pid: number, { thread }: Teller): boolean {
  return !isAlive(pid, thread) && (thread !== pid || !othersEnded(pid));
}
