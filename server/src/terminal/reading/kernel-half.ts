import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { KernelReader } from '../../reader/kernel/kernel-reader.ts';
import { ownRootFiles } from '../../reader/kernel/root-files/root-files.ts';
import type { Machine } from '../../reader/procfs/machine.ts';
import { PROC_ROOT } from '../../reader/procfs/process/proc-file.ts';

/** An unreadable kernel half does not end the run: its note gives the reason. */
export async function readKernelHalf(machine: Machine): Promise<KernelHalf> {
  return (await new KernelReader(machine, ownRootFiles(PROC_ROOT)).read(null))?.half ?? NO_KERNEL_HALF;
}
