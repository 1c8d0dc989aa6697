import { type Failure, failure } from './procfs/process/outcome.ts';

/**
 * The kernel holds a request about this process; 0: about none. The text is always the same, since a page shows it
 * until it changes.
 */
export function heldFailure(pid: number): Failure {
  return failure(
    'stalled',
    pid === 0 ? 'the kernel did not answer in time; procmap tries again' : `process ${pid} does not answer: the kernel holds the request; procmap tries again`,
  );
}

/** The thread of the reader that did this job has ended. */
export function lostFailure(why: string): Failure {
  return failure('unreadable', `the reader could not answer: ${why}`);
}
