import { Kind } from '../../kind.ts';
import { nameCount } from '../../text/names.ts';
import { shownName } from '../../text/shown-name.ts';
import type { Claim } from '../uses.ts';
import type { UseMap } from '../use-map.ts';

/** Devices of NVIDIA's driver (also its unified memory, nvidia-uvm), of AMD's for computing, and of DRM; in a container below any path. */
const DEVICE = /\/(nvidia[^/]*|kfd|dri\/[^/]+)( \(deleted\))?$/;

/** Memory of graphics and compute devices, by the device that is mapped, and what their drivers keep free between it. */
export function gpu(map: UseMap): void {
  const claims = new Map<number, Claim>();
  for (let name = 1; name < nameCount(map.table.names); name++) {
    const of = shownName(map.table.names, name);
    if (DEVICE.test(of)) claims.set(name, { use: 'gpu', certainty: 'told', of, evidence: 'the kernel names the device' });
  }
  if (claims.size === 0) return;
  const isDevice = (row: number): boolean => map.table.kind[row] === Kind.device && claims.has(map.table.name[row] ?? 0);
  map.claimNamed(claims, isDevice);
  const evidence = (row: number): string => `it has no access, and lies without a gap between mappings of ${map.name(row - 1)}`;
  const isBetween = (row: number): boolean => map.isJoined(row - 1) && map.isJoined(row) && isDevice(row - 1) && isDevice(row + 1);
  map.claimAnonymous({ use: 'gpu', certainty: 'seen', of: (row) => map.name(row - 1), evidence }, 'closed', 0, isBetween);
}
