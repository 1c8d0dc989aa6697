import { formatPages } from '../../units.ts';
import { UNUSUAL } from './large-blocks.ts';
import type { UseMap } from '../use-map.ts';

/** Python from 3.10 on takes arenas of 1 MiB. */
const ARENA_PAGES = 256;

/** Python's small objects. Memory that a module maps by itself, in whole megabytes, looks the same: so it is likely only. */
export function python(map: UseMap): void {
  if (map.evidence.flags === null || map.program(/^(python3(\.[0-9]+)?|libpython3\.[0-9]+\.so.*)$/) === null) return;
  const evidence = (row: number): string => `it is ${formatPages(map.size(row))}, so whole arenas of 1 MB, as Python takes them`;
  map.claimAnonymous({ use: 'allocator', certainty: 'likely', of: 'Python', evidence }, 'data', 0, (row) => {
    if (map.size(row) % ARENA_PAGES !== 0 || !map.hasFlags(row) || !map.lacks(row, UNUSUAL)) return false;
    // Closed memory behind it that is nobody's guard is the rest of a reservation, which Python never makes.
    const isReserved = map.isJoined(row) && map.isClosed(row + 1) && map.isFree(row + 1);
    return !isReserved && !(map.isJoined(row - 1) && map.isFile(row - 1));
  });
}
