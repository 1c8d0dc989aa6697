import { missingRights } from '../procfs/rights/missing-rights.ts';
import { readStanding, type Standing } from '../procfs/rights/standing.ts';
import { whyForbidden } from '../procfs/process/outcome.ts';
import { PROC_ROOT, readSmall } from '../procfs/process/proc-file.ts';

/** Values of kernel.ptrace_scope: Documentation/admin-guide/LSM/Yama.rst */
const NO_ATTACH = 3;

/** Why the kernel refuses to tell stack pointers of a process whose map it shows, and what to do. */
export function whyDenied(pid: number, scope: number = ptraceScope(), standing: Standing = readStanding()): string {
  if (scope >= NO_ATTACH)
    return `stack pointers are hidden from every program, since kernel.ptrace_scope is ${scope} (yama); only a restart of the machine can lower it`;
  const remedy = missingRights(standing).find(({ capability }) => capability === 'CAP_SYS_PTRACE')?.remedy;
  if (scope > 0 && remedy !== undefined)
    return `stack pointers are hidden from programs without rights, since kernel.ptrace_scope is ${scope} (yama); ${remedy}`;
  return `stack pointers cannot be read: ${whyForbidden(pid, standing)}`;
}

/** 0 without yama, and in kernels that do not tell. */
function ptraceScope(): number {
  try {
    return Number.parseInt(readSmall(`${PROC_ROOT}/sys/kernel/yama/ptrace_scope`).toString('latin1'), 10);
  } catch {
    return 0;
  }
}
