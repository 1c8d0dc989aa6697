import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** mimalloc asks for places between 2 and 30 TiB, and takes 32 MiB each time. */
export const MIMALLOC_START = 2 * 2 ** 28;
export const MIMALLOC_END = 30 * 2 ** 28;
const MIMALLOC_PAGES = 8192;

/** Allocators that replace glibc's. Their memory may look like its arenas. */
export function allocators(map: UseMap): void {
  jemalloc(map);
  mimalloc(map);
}

function jemalloc(map: UseMap): void {
  const library = map.program(/^libjemalloc\.so/);
  if (library === null) return;
  const evidence = `it has the flag nr, without which ${library} takes no memory, and which nobody else here sets`;
  map.claimAnonymous({ use: 'allocator', certainty: 'seen', of: 'jemalloc', evidence }, 'data', Flag.nr, (row) => {
    return map.lacks(row, Flag.nh | Flag.dd | Flag.dc);
  });
}

function mimalloc(map: UseMap): void {
  const library = map.program(/^libmimalloc/);
  if (library === null) return;
  const isPart = (row: number): boolean => map.isFree(row) && (map.isData(row) || map.isClosed(row)) && map.start(row) >= MIMALLOC_START;
  for (let first = 0; first < map.length && map.start(first) < MIMALLOC_END; first++) {
    if (!isPart(first)) continue;
    let last = first;
    while (map.isJoined(last) && isPart(last + 1)) last++;
    if (map.start(first) % MIMALLOC_PAGES === 0 && map.end(last) % MIMALLOC_PAGES === 0) {
      const evidence = `it lies in whole units of 32 MB, between 2 and 30 TB, and ${library} is mapped`;
      map.claimRows({ use: 'allocator', certainty: 'seen', of: 'mimalloc', evidence }, map.range(first, last));
    }
    first = last;
  }
}
