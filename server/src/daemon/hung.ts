import { readdirSync, readlinkSync } from 'node:fs';

/**
 * What a process has open of /proc at this moment: for a reader that hangs, the file at which it hangs. Paths as the kernel names them
 * (`/proc/1234/maps`), for the log and for {@link pidsOfCmdlines}. Empty when it cannot be seen.
 */
export function openProcFiles(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      const target = readlinkSync(`/proc/${pid}/fd/${fd}`);
      return OF_A_PROCESS.test(target) ? [target] : [];
    });
  } catch {
    return [];
  }
}

const OF_A_PROCESS = /\/[0-9]+\/(task\/[0-9]+\/)?[a-z_]+$/;

/** Pids whose command line is among these files: the next reader leaves it out of its list of processes. */
export function pidsOfCmdlines(files: readonly string[]): number[] {
  return files.flatMap((file) => /\/([0-9]+)\/cmdline$/.exec(file)?.[1] ?? []).map(Number);
}
