import { readdirSync, readFileSync } from 'node:fs';

/**
 * Stops a process, and waits until all its living threads have stopped, so that reading it twice gives the same.
 * SIGCONT continues it.
 */
export async function halt(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const stats = readdirSync(`/proc/${pid}/task`).map((tid) => `/proc/${pid}/task/${tid}/stat`);
  while (!stats.every(isStill)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Stopped, traced, or ended. */
function isStill(stat: string): boolean {
  try {
    return /^[TtZX] /.test(readFileSync(stat, 'latin1').replace(/^.*\) /s, ''));
  } catch {
    return true;
  }
}
