import { errnoName } from './outcome.ts';
import { type FirstThread, isAlive, livingThread, othersEnded } from './living-thread.ts';
import { procPath } from './proc-file.ts';

const GONE: FirstThread = { state: 'Z' };

/**
 * The thread whose files describe the process: for an ended thread, the kernel shows no memory, even if other threads
 * live.
 */
export interface Teller {
  readonly thread: number;
}

/** Path of a file of the process, in the folder of that thread. */
export function liveFile(pid: number, { thread }: Teller, file: string): string {
  return procPath(pid, thread === pid ? file : `task/${thread}/${file}`);
}

/** Attempts, if the thread ends during each of them. */
const ATTEMPTS = 4;

/**
 * Calls `read` with a living thread, and with another one if that thread ends meanwhile. Throws the system's error.
 * `isEmpty`: recognises the files of a thread without memory, which are empty without an error.
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

/** True if reading failed because that thread has ended. It says nothing about the process. */
export function hasEnded(pid: number, teller: Teller, error: unknown): boolean {
  return ['ENOENT', 'ESRCH'].includes(errnoName(error)) && isGone(pid, teller);
}

/** For the first thread: only if other threads live, or may live. */
function isGone(pid: number, { thread }: Teller): boolean {
  return !isAlive(pid, thread) && (thread !== pid || !othersEnded(pid));
}
