import { openFiles } from './open-files.ts';

/**
 * What a process has open of /proc at this moment: for one that hangs, the file at which it hangs. Paths as the kernel names them
 * (`/proc/1234/maps`), for the log. Empty when it cannot be seen.
 */
export function openProcFiles(pid: number): string[] {
  return openFiles(pid).filter((target) => OF_A_PROCESS.test(target));
}

const OF_A_PROCESS = /\/[0-9]+\/(task\/[0-9]+\/)?[a-z_]+$/;
