import { PROC_ROOT, readSmall } from '../process/proc-file.ts';

/** Whether this machine has swap space at all: SwapTotal of /proc/meminfo. True where that is not told. */
export function hasSwap(): boolean {
  try {
    return !/^SwapTotal: +0 kB$/m.test(readSmall(`${PROC_ROOT}/meminfo`).toString('latin1'));
  } catch {
    return true;
  }
}
