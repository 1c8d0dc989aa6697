import { type Failure, failure, failureOf } from './outcome.ts';
import { procPath, readSmall } from './proc-file.ts';
import { parseStat } from './stat.ts';
import { parseStatus } from './status.ts';

export interface Leader {
  readonly pid: number;
  /** Clock ticks since boot: tells it from a later process of that pid. */
  readonly startTime: number;
}

/** The process that a thread of this number belongs to; or why it cannot be said. */
export function leaderOf(pid: number): Leader | Failure {
  try {
    const leader = parseStatus(readSmall(procPath(pid, 'status'))).tgid || pid;
    const stat = parseStat(readSmall(procPath(leader, 'stat')));
    return stat === null ? failure('exited', `process ${pid} has exited`) : { pid: leader, startTime: stat.startTime };
  } catch (error) {
    return failureOf(error, pid);
  }
}
