import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** QEMU as a whole machine. */
export function qemu(map: UseMap): void {
  const program = map.program(/^qemu-system-/);
  if (program === null) return;
  const evidence = `it has the flags dc and mg, as QEMU sets them for the memory of its guest; the program is ${program}`;
  map.claimAnonymous({ use: 'guest_ram', certainty: 'seen', of: 'QEMU', evidence }, 'data', Flag.dc | Flag.mg);
  const guard = 'it has no access, and lies directly behind memory of the guest';
  map.claimAnonymous({ use: 'guard', certainty: 'seen', of: 'QEMU', evidence: guard }, 'closed', 0, (row) => {
    return map.size(row) === 1 && map.isJoined(row - 1) && map.isData(row - 1) && map.has(row - 1, Flag.dc | Flag.mg);
  });
  const isPart = (row: number): boolean => map.isAnonymous(row) && map.isFree(row) && map.has(row, Flag.hg) && (map.isExecutable(row) || map.isClosed(row));
  for (const first of map.free('code')) {
    if (!isPart(first)) continue;
    let last = first;
    while (map.isJoined(last) && isPart(last + 1)) last++;
    const why = `it lies in a run of ${formatPages(map.end(last) - map.start(first))} of executable memory with the flag hg; the program is ${program}`;
    map.claimRows({ use: 'translation_buffer', certainty: 'seen', of: 'QEMU', evidence: why }, map.range(first, last));
  }
}
