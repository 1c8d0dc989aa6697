import { PROC_ROOT, readSmall } from '../process/proc-file.ts';

/** True if this machine has swap space (SwapTotal of /proc/meminfo), or if that is unknown. */
export function hasSwap(): boolean {
  try {
    return !/^SwapTotal: +0 kB$/m.test(readSmall(`${PROC_ROOT}/meminfo`).toString('latin1'));
  } catch {
    return true;
  }
}
