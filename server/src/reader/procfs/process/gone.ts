import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PROC_ROOT } from './proc-file.ts';

/** Which of these are no process, and no thread of one, any more. One after the other, and beside everything: if the kernel held it at one, it would hold this alone. */
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
