import { readdirSync, readFileSync } from 'node:fs';
import { parseStat } from '../src/reader/procfs/process/stat.ts';

/** Id of a kernel thread; null: none can be seen here, since a PID namespace hides them. */
export function kernelThread(): number | null {
  const pid = readdirSync('/proc').find((name) => /^[0-9]+$/.test(name) && isKernelThread(name));
  return pid === undefined ? null : Number(pid);
}

function isKernelThread(name: string): boolean {
  try {
    return parseStat(readFileSync(`/proc/${name}/stat`))?.kernelThread === true;
  } catch {
    return false;
  }
}
