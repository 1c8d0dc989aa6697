import { readFileSync, readlinkSync } from 'node:fs';

/** The number that the kernel has for this thread; -1 where its /proc does not tell. */
export function ownThread(): number {
  try {
    return Number(readlinkSync('/proc/thread-self').split('/').at(-1));
  } catch {
    return -1;
  }
}

/** What a thread of this process is at, by proc_pid_stat(5). */
export interface ThreadTime {
  /** It runs, or waits for nothing but a processor. */
  readonly runs: boolean;
  /** What it has used of a processor, in clock ticks. */
  readonly ticks: number;
}

const STATE = 0;
const UTIME = 11;
const STIME = 12;

/** null: it has ended, or /proc does not tell. */
export function threadTime(tid: number): ThreadTime | null {
  try {
    const text = readFileSync(`/proc/self/task/${tid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { runs: fields[STATE] === 'R', ticks: Number(fields[UTIME]) + Number(fields[STIME]) };
  } catch {
    return null;
  }
}
