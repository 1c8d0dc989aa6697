import { lookAlive } from '../procfs/process/alive.ts';
import { errnoName, type Failure, failure, failureOf, isFailure } from '../procfs/process/outcome.ts';
import { procPath, readSmall } from '../procfs/process/proc-file.ts';
import { parseStat } from '../procfs/process/stat.ts';
import type { ThreadState } from '../protocol/protocol.ts';
import { TASK_FILES } from './task-files.ts';

/** Name and state of each thread of a process now, ascending by id; MAX_THREADS at most. */
export function readThreadStates(pid: number): readonly ThreadState[] | Failure {
  const before = lookAlive(pid);
  if (isFailure(before)) return before;
  try {
    const found = TASK_FILES.list(pid).flatMap((tid) => stateOf(pid, tid));
    const after = lookAlive(pid);
    if (isFailure(after) && after.error !== 'not_found') return after;
    // The process did exist: it was collected while its threads were read.
    const isOver = isFailure(after) || after.startTime !== before.startTime;
    return isOver ? failure('exited', `process ${pid} has exited while its threads were read`) : found.toSorted((a, b) => a.tid - b.tid);
  } catch (error) {
    return failureOf(error, pid);
  }
}

/** Nothing for a thread that has ended since it was listed. */
function stateOf(pid: number, tid: number): readonly ThreadState[] {
  try {
    const stat = parseStat(readSmall(procPath(pid, `task/${tid}/stat`)));
    return stat === null ? [] : [{ tid, comm: stat.comm, state: stat.state }];
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(errnoName(error))) return [];
    throw error;
  }
}
