import { release } from 'node:os';
import { PROC_ROOT } from '../procfs/process/proc-file.ts';
import { readStanding, type Standing } from '../procfs/rights/standing.ts';

/** Where the kernel's files are, and which kernel it is: another one's in tests. */
export interface Where {
  readonly procRoot: string;
  /** Where debugfs is mounted. */
  readonly debugfsRoot: string;
  /** Of the loaded modules. */
  readonly sysModuleRoot: string;
  readonly lockdownFile: string;
  /** As uname -r says it. */
  readonly release: string;
  /** What this process may do there. */
  readonly standing: Standing;
}

export const HERE: Where = {
  procRoot: PROC_ROOT,
  debugfsRoot: process.env['PROCMAP_DEBUGFS'] ?? '/sys/kernel/debug',
  sysModuleRoot: '/sys/module',
  lockdownFile: '/sys/kernel/security/lockdown',
  release: release(),
  // Looked at when it is asked for: where there is no /proc, what cannot do without it says so.
  get standing() {
    return readStanding();
  },
};
