import { PAGE_SIZE } from '../../page.ts';
import { formatPages } from '../../units.ts';
import type { UseMap } from '../use-map.ts';

/** Go's heap grows by arenas of 64 MiB, at such multiples, of which it makes writable what it needs. */
const ARENA_PAGES = 16_384;
/** Where mmap() maps, if not told where: Go's heap lies below. */
const MMAP_PAGE = 0x7_0000_0000;

/** The heap of a Go program, in which the stacks of its goroutines and threads lie, too. */
export function go(map: UseMap): void {
  if (map.evidence.objects?.isGo !== true) return;
  const isPart = (row: number): boolean => map.isFree(row) && (map.isData(row) || map.isClosed(row));
  for (let first = 0; first < map.length && map.start(first) < MMAP_PAGE; first++) {
    if (!isPart(first)) continue;
    let last = first;
    while (map.isJoined(last) && isPart(last + 1)) last++;
    if (map.start(first) % ARENA_PAGES === 0 && map.end(last) % ARENA_PAGES === 0 && map.range(first, last).some((row) => map.isData(row))) {
      const where = `${formatPages(map.end(last) - map.start(first))} from ${(map.start(first) * PAGE_SIZE).toString(16)} on`;
      const evidence = `Go built the program, and it lies in whole arenas of 64 MB: ${where}`;
      map.claimRows({ use: 'gc_heap', certainty: 'seen', of: 'Go heap', evidence }, map.range(first, last));
    }
    first = last;
  }
}
