import { readFileSync } from 'node:fs';
import { type OwnStatus, readOwnStatus } from './own-status.ts';

/** True when this process may read the map of any process of the system, as far as the kernel's own rules go. */
export function readsAll(own: OwnStatus = readOwnStatus()): boolean {
  return own.effective.includes('CAP_SYS_PTRACE') && seesWholeSystem();
}

/** The mapping of the initial user namespace; capabilities held in any other one, which look the same, open no process outside of it. */
function seesWholeSystem(): boolean {
  return readFileSync('/proc/self/uid_map', 'latin1').trim().split(/\s+/).join(' ') === '0 0 4294967295';
}
