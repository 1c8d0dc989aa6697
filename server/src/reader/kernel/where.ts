import { release } from 'node:os';
import { PROC_ROOT } from '../procfs/process/proc-file.ts';
import { readStanding, type Standing } from '../procfs/rights/standing.ts';

/** The kernel's release and the places of its files; those of another kernel in tests. */
export interface Where {
  readonly procRoot: string;
  /** Mount point of debugfs. */
  readonly debugfsRoot: string;
  /** /sys/module. */
  readonly sysModuleRoot: string;
  readonly lockdownFile: string;
  /** As in uname -r. */
  readonly release: string;
  /** The rights of this process. */
  readonly standing: Standing;
}

export const HERE: Where = {
  procRoot: PROC_ROOT,
  debugfsRoot: process.env['PROCMAP_DEBUGFS'] ?? '/sys/kernel/debug',
  sysModuleRoot: '/sys/module',
  lockdownFile: '/sys/kernel/security/lockdown',
  release: release(),
  // Read on demand: without /proc, only code that needs it fails, with a message.
  get standing() {
    return readStanding();
  },
};
