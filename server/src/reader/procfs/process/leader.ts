import { type Failure, failure, failureOf } from './outcome.ts';
import { procPath, readSmall } from './proc-file.ts';
import { parseStat } from './stat.ts';
import { parseStatus } from './status.ts';

interface Leader {
  readonly pid: number;
  /** Clock ticks since boot: identifies the process if its id is reused later. */
  readonly startTime: number;
}

/** The process of the thread with this id, or the reason why it is unknown. */
export function leaderOf(pid: number): Leader | Failure {
  try {
    const leader = parseStatus(readSmall(procPath(pid, 'status'))).tgid || pid;
    const stat = parseStat(readSmall(procPath(leader, 'stat')));
    return stat === null ? failure('exited', `process ${pid} has exited`) : { pid: leader, startTime: stat.startTime };
  } catch (error) {
    return failureOf(error, pid);
  }
}
