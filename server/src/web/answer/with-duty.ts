import type { Duty } from '../link/duty.ts';
import { tooSoon } from './api-error.ts';

interface CostlyRead {
  readonly pid: number;
  /** Names the read in the refusal, as `figures`. */
  readonly what: string;
  /** See {@link Duty.end}. */
  readonly restMs: number;
}

/**
 * Runs a read that costs the process itself time. Throws an ApiFault of status 429 while the process rests or is read.
 */
export async function withDuty<T>(
  duty: Duty,
  { pid, what, restMs }: CostlyRead,
  read: () => Promise<{ readonly answer: T; readonly tookMs: number }>,
): Promise<T> {
  const waitMs = duty.begin(pid, performance.now());
  if (waitMs > 0) throw tooSoon(waitMs, `${what} of process ${pid}`);
  const began = performance.now();
  let tookMs: number | null = null;
  try {
    const done = await read();
    ({ tookMs } = done);
    return done.answer;
  } finally {
    // A failed read may have cost as much.
    duty.end(pid, tookMs ?? performance.now() - began, restMs, performance.now());
  }
}
