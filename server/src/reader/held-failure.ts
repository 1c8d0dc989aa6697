import { type Failure, failure } from './procfs/process/outcome.ts';

/** The kernel holds what is asked of a process; 0: of none. Always in the same words: a page shows them until they change. */
export function heldFailure(pid: number): Failure {
  return failure(
    'stalled',
    pid === 0 ? 'the kernel did not answer in time; procmap tries again' : `process ${pid} does not answer: the kernel holds the request; procmap tries again`,
  );
}

/** A thread of the reader ended with it. */
export function lostFailure(why: string): Failure {
  return failure('unreadable', `the reader could not answer: ${why}`);
}
