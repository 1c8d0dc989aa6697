import { MAX_PID } from '@procmap/shared/pid.ts';
import { apiError, ApiFault } from './api-error.ts';

const PID = /^[1-9][0-9]{0,9}$/;

/**
 * Parses a process id in a path. Matched as text: Number() would also accept `1e3`, `0x1` and ` 1`. Throws an ApiFault
 * of status 400.
 */
export function pidOf(text: string): number {
  const pid = PID.test(text) ? Number(text) : NaN;
  if (Number.isNaN(pid)) throw new ApiFault(apiError(400, 'bad_pid', `a process id is a whole number from 1 to ${MAX_PID}, without sign or leading zeros`));
  // Valid, but larger than any process id.
  if (pid > MAX_PID) throw new ApiFault(apiError(404, 'not_found', `there is no process ${pid}: the largest process id is ${MAX_PID}`));
  return pid;
}
