import { hostname, release } from 'node:os';
import { escapeText } from '@procmap/shared/text/escape.ts';
import type { SystemInfo } from '../protocol/protocol.ts';
import { type Machine, machineLayout } from '../procfs/machine.ts';
import { missingRights } from '../procfs/rights/missing-rights.ts';
import { readOwnStatus } from '../../common/own-status.ts';
import { readsAll, readStanding } from '../procfs/rights/standing.ts';

export function describeSystem(machine: Machine): SystemInfo {
  const own = readOwnStatus();
  const standing = readStanding(own);
  const layout = machineLayout(machine);
  return {
    kernel_release: release(),
    arch: machine.machine,
    bits: layout?.bits ?? 64,
    paging_levels: layout?.pagingLevels ?? 0,
    page_size: machine.pageSize,
    host: escapeText(hostname()),
    uid: own.uids[1] ?? 0,
    capabilities: own.effective,
    root: standing.root,
    container: standing.container,
    reads_all: readsAll(standing),
    missing: missingRights(standing),
  };
}
