import { END_PAGE_32 } from '../../page.ts';
import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import { MIMALLOC_END, MIMALLOC_START } from './allocators.ts';
import type { UseMap } from '../use-map.ts';

/** HEAP_MAX_SIZE of glibc: 64 MiB, in programs of 32 bits 1 MiB. */
const [HEAP_PAGES, HEAP_PAGES_32] = [16_384, 256];
/** With the tunable glibc.malloc.hugetlb=2 and huge pages of 2 MiB: 8 MiB. */
const [HEAP_PAGES_HUGE, HUGE_PAGES] = [2048, 512];

/** Heaps of glibc's arenas, of any of these sizes. */
export function arenas(map: UseMap): void {
  if (map.evidence.flags === null || map.length === 0) return;
  if (map.end(map.length - 1) <= END_PAGE_32) arenasOf(map, HEAP_PAGES_32, 1);
  arenasOf(map, HEAP_PAGES, 1);
  arenasOf(map, HEAP_PAGES_HUGE, HUGE_PAGES);
}

/**
 * Writable from a multiple of the heap's size on, then without access up to the next one; all of it mapped without swap
 * reservation. Flag and exact end are the evidence: other memory is aligned like that, too. `step`: by which it grows.
 */
function arenasOf(map: UseMap, heapPages: number, step: number): void {
  const size = formatPages(heapPages);
  const [full, used, rests]: [number[], number[], number[]] = [[], [], []];
  for (const row of map.free('data')) {
    if (!isOfMalloc(map, row) || map.start(row) % heapPages !== 0 || map.size(row) % step !== 0) continue;
    const heaps = Math.ceil(map.size(row) / heapPages);
    const end = map.start(row) + heaps * heapPages;
    if (heaps > 1 && heapPages === HEAP_PAGES_HUGE) continue;
    if (map.end(row) === end) {
      if (heapPages === HEAP_PAGES) full.push(row);
      continue;
    }
    const rest = row + 1;
    if (!map.isJoined(row) || !map.isClosed(rest) || !isOfMalloc(map, rest) || map.end(rest) !== end) continue;
    used.push(row);
    rests.push(rest);
  }
  const blocks = (row: number): string => (map.size(row) === heapPages ? 'a block' : `${map.size(row) / heapPages} blocks`);
  const filled = (row: number): string => `it has the flag nr and fills ${blocks(row)} of ${size} exactly, as full heaps of malloc do`;
  map.claimRows({ use: 'malloc_arena', certainty: 'likely', of: (row) => `${formatPages(map.size(row))}, all of it committed`, evidence: filled }, full);
  // Of a rest, too: what is committed lies below it.
  const of = (row: number): string => {
    const first = map.isData(row) ? row : row - 1;
    return `${formatPages(map.size(first))} of ${formatPages(map.end(first + 1) - map.start(first))} committed`;
  };
  // The first thread has the program break: malloc makes arenas when others come. Allocators of programs reserve so, too.
  const isAlone = map.evidence.threads?.threads.length === 1 && map.evidence.threads.left === 0;
  const certainty = isAlone ? 'likely' : 'seen';
  const but = isAlone ? '; but arenas are for more threads than the one that this process has' : '';
  const evidence = (row: number): string =>
    `it begins at a multiple of ${size}, is writable for ${formatPages(map.size(row))} and closed up to the next multiple, all with the flag nr${but}`;
  map.claimRows({ use: 'malloc_arena', certainty, of, evidence }, used);
  const closed = 'it is the part of the arena below that malloc has not made writable yet';
  map.claimRows({ use: 'malloc_arena', certainty, of, evidence: closed }, rests);
}

/** dd marks blocks of that size of a sanitizer; mimalloc asks for places where mmap() puts nothing by itself. */
function isOfMalloc(map: UseMap, row: number): boolean {
  if (!map.has(row, Flag.nr) || !map.lacks(row, Flag.dd | Flag.dc)) return false;
  return map.start(row) < MIMALLOC_START || map.start(row) >= MIMALLOC_END;
}
