import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PROC_ROOT } from './proc-file.ts';

/**
 * Returns the ids that no longer belong to a process or a thread. Tests one at a time, asynchronously: if the kernel
 * held a test, nothing else would wait for it.
 */
export async function goneOf(pids: readonly number[]): Promise<readonly number[]> {
  const gone: number[] = [];
  for (const pid of pids) if (!(await isThere(pid))) gone.push(pid);
  return gone;
}

async function isThere(pid: number): Promise<boolean> {
  try {
    await stat(join(PROC_ROOT, String(pid)));
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOENT');
  }
}
