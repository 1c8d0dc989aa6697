import { openFiles } from './open-files.ts';

/**
 * Files of /proc that a process has open right now, for the log: they tell where a hung process hangs. Paths are as the
 * kernel names them (`/proc/1234/maps`). Empty if they cannot be read.
 */
export function openProcFiles(pid: number): string[] {
  return openFiles(pid).filter((target) => OF_A_PROCESS.test(target));
}

const OF_A_PROCESS = /\/[0-9]+\/(task\/[0-9]+\/)?[a-z_]+$/;
