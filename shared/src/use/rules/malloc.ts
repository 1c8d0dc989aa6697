import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';

/** HEAP_MAX_SIZE of glibc on 64 bits: 64 MiB. */
const HEAP_PAGES = 16_384;

/**
 * Heaps of glibc's arenas: writable from a multiple of 64 MiB on, then without access up to the next one; all of it
 * mapped without swap reservation. Flag and exact end are the evidence: other memory is aligned like that, too.
 */
export function arenas(map: UseMap): void {
  for (let row = 0; row < map.length; row++) {
    if (!map.isFree(row) || map.start(row) % HEAP_PAGES !== 0 || !isOfMalloc(map, row) || !map.isData(row)) continue;
    const heaps = Math.ceil(map.size(row) / HEAP_PAGES);
    const reserved = heaps * HEAP_PAGES;
    const committed = map.size(row);
    if (committed === reserved) {
      const evidence = `it has the flag nr and fills ${heaps === 1 ? 'a block' : `${heaps} blocks`} of 64 MB exactly, as full heaps of malloc do`;
      map.claim({ use: 'malloc_arena', certainty: 'likely', of: `${formatPages(committed)}, all of it committed`, evidence }, row);
      continue;
    }
    const rest = row + 1;
    if (!map.isJoined(row) || !map.isClosed(rest) || !isOfMalloc(map, rest) || map.end(rest) !== map.start(row) + reserved) continue;
    const of = `${formatPages(committed)} of ${formatPages(reserved)} committed`;
    const evidence = `it begins at a multiple of 64 MB, is writable for ${formatPages(committed)} and closed up to the next multiple, all with the flag nr`;
    map.claim({ use: 'malloc_arena', certainty: 'seen', of, evidence }, row);
    map.claim({ use: 'malloc_arena', certainty: 'seen', of, evidence: 'it is the part of the arena below that malloc has not made writable yet' }, rest);
  }
}

/** dd marks blocks of that size of a sanitizer. */
function isOfMalloc(map: UseMap, row: number): boolean {
  return map.has(row, Flag.nr) && map.lacks(row, Flag.dd | Flag.dc);
}
