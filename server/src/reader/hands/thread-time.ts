import { readFileSync, readlinkSync } from 'node:fs';

/** The kernel's id of this thread; -1 if /proc does not tell. */
export function ownThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return -1;
  }
}

/** State of a thread of this process, from proc_pid_stat(5). */
export interface ThreadTime {
  /** It runs, or only waits for a processor. */
  readonly runs: boolean;
  /** CPU time used, in clock ticks. */
  readonly ticks: number;
}

const STATE = 0;
const UTIME = 11;
const STIME = 12;

/** null: the thread has ended, or /proc does not tell. */
export function threadTime(tid: number): ThreadTime | null {
  try {
    const text = readFileSync(`/proc/self/task/${tid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { runs: fields[STATE] === 'R', ticks: Number(fields[UTIME]) + Number(fields[STIME]) };
  } catch {
    return null;
  }
}
