import { type Failure, failure, failureOf } from './outcome.ts';
import { byLivingThread, liveFile, type Teller } from './live-file.ts';
import { procPath, readSmall } from './proc-file.ts';
import { parseStat, spaceMark, type Stat } from './stat.ts';

/**
 * A process at one moment. If two looks agree, it had the same program and mapped the same amount of memory at both.
 */
export interface Look extends Stat, Teller {
  /**
   * VSZ, text and data of /proc/PID/statm, which change when something is mapped. Resident pages change all the time
   * and prove nothing.
   */
  readonly mapped: string;
  /** Identifies the address space: see spaceMark(). */
  readonly space: string;
}

const STATM_SIZE = 0;
const STATM_TEXT = 3;
const STATM_DATA = 5;

export function look(pid: number): Look | Failure {
  try {
    const bytes = readSmall(procPath(pid, 'stat'));
    const stat = parseStat(bytes);
    const space = spaceMark(bytes);
    // The file of a process that is being collected is empty.
    if (stat === null) return failure('not_found', `there is no process ${pid}`);
    const lookBy = (teller: Teller): Look => ({ ...stat, ...teller, space, mapped: mappedOf(readSmall(liveFile(pid, teller, 'statm'))) });
    return byLivingThread(pid, stat, lookBy, hasNothing);
  } catch (error) {
    return failureOf(error, pid);
  }
}

/** Parses statm: see Look. */
export function mappedOf(bytes: Buffer): string {
  const statm = bytes.toString('latin1').split(' ');
  return `${statm[STATM_SIZE]} ${statm[STATM_TEXT]} ${statm[STATM_DATA]}`;
}

/** True for a process or thread that has given up its memory. */
export function hasNothing({ mapped }: Look): boolean {
  return mapped.startsWith('0 ');
}

/** True if nothing visible from outside has changed in between. */
export function agree(before: Look, after: Look): boolean {
  return before.startTime === after.startTime && before.mapped === after.mapped && before.space === after.space;
}
