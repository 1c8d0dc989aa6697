import { type Failure, failureOf } from '../outcome.ts';
import { procPath, readSmall } from './proc-file.ts';
import { parseStatus } from './status.ts';

/** The process that a thread of this number belongs to; or why it cannot be said. */
export function leaderOf(pid: number): number | Failure {
  try {
    return parseStatus(readSmall(procPath(pid, 'status'))).tgid || pid;
  } catch (error) {
    return failureOf(error, pid);
  }
}
