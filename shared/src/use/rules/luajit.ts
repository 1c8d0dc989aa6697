import { formatPages } from '../../units.ts';
import { UNUSUAL } from './large-blocks.ts';
import type { UseMap } from '../use-map.ts';

/** LuaJIT's allocator takes segments of 128 KiB and multiples. */
const SEGMENT_PAGES = 32;

/**
 * The objects of Lua programs that LuaJIT itself runs. What is larger than a segment, such as a table of a power of two
 * entries, has a mapping of its own, a page larger for its header. A program with LuaJIT inside has memory of other
 * allocators too, which looks the same.
 */
export function luajit(map: UseMap): void {
  if (map.evidence.flags === null || map.program(/^luajit(-[0-9].*)?$/) === null) return;
  const evidence = (row: number): string => `it is ${formatPages(map.size(row))}: segments of 128 KB, or a large table with its header, as LuaJIT takes them`;
  map.claimAnonymous({ use: 'gc_heap', certainty: 'likely', of: 'LuaJIT heap', evidence }, 'data', 0, (row) => {
    const pages = map.size(row);
    if (!map.hasFlags(row) || !map.lacks(row, UNUSUAL) || (map.isJoined(row - 1) && map.isFile(row - 1))) return false;
    return pages % SEGMENT_PAGES === 0 || (pages > SEGMENT_PAGES && Number.isInteger(Math.log2(pages - 1)));
  });
}
