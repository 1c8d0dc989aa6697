import { formatPages } from '../../units.ts';
import { Flag } from '../flag-bits.ts';
import type { UseMap } from '../use-map.ts';
import type { Claim } from '../uses.ts';

/** malloc maps blocks from 128 KiB on each on its own, and adds a header, so a page. */
const THRESHOLD_PAGES = 32;
const STEP_PAGES = 16;
/** Neighbours of one size are joined: recognized from 1 MiB on, in powers of 2. */
const MIN_JOINED_PAGES = 256;
const MAX_JOINED_PAGES = 2 ** 18;
/** Flags that malloc and simple allocators do not set. */
export const UNUSUAL = Flag.nr | Flag.nh | Flag.dd | Flag.dc | Flag.hg | Flag.mg | Flag.gu | Flag.ht | Flag.gd | Flag.lo | Flag.wf;
/** Who has an allocator of their own beside malloc, or instead of it. */
const OTHERS =
  /^(lib(jemalloc|mimalloc|tcmalloc|a?san|tsan|php|luajit|python|ruby|mono|coreclr|cef)|(php|python|luajit|ruby|mono|chrom|electron|msedge|brave|qemu-|valgrind|memcheck|dotnet|wine))/;
const SIZED = /^libjvm\.so$/;

/**
 * Large blocks of glibc's malloc, by their size alone: 4 KB more than a multiple of 64 KB, or several of one size. That
 * is no proof; it was right in all programs with malloc as their only allocator that were compared with its own data.
 */
export function largeBlocks(map: UseMap): void {
  if (map.evidence.flags === null || map.program(/^libc(\.so\.6|-2.*\.so)$/) === null || map.program(OTHERS) !== null) return;
  const mustBePower = map.program(SIZED) !== null;
  const known = new Map<number, Claim | null>();
  for (const row of map.free('data')) {
    if (map.size(row) <= THRESHOLD_PAGES || !map.hasFlags(row) || !map.lacks(row, UNUSUAL)) continue;
    if (map.isJoined(row - 1) && map.isFile(row - 1)) continue;
    const pages = map.size(row);
    let claim = known.get(pages);
    if (claim === undefined) known.set(pages, (claim = largeBlock(pages, mustBePower)));
    if (claim !== null) map.claim(claim, row);
  }
}

/** The claim of memory that has the size of such blocks; null: it has not. `mustBePower`: other sizes are in use beside it. */
export function largeBlock(pages: number, mustBePower: boolean): Claim | null {
  for (let joined = MIN_JOINED_PAGES; joined <= MAX_JOINED_PAGES && joined < pages; joined *= 2) {
    const count = pages / (joined + 1);
    if (!Number.isInteger(count) || count === 1) continue;
    return claimOf(`it is ${count} times ${formatPages(joined)} and 4 KB: as large as ${count} blocks of malloc with their headers`);
  }
  const size = pages - 1;
  const isOne = size >= THRESHOLD_PAGES && (mustBePower ? Number.isInteger(Math.log2(size)) : size % STEP_PAGES === 0);
  return isOne ? claimOf(`it is ${formatPages(size)} and 4 KB: as large as a block of malloc with its header`) : null;
}

function claimOf(evidence: string): Claim {
  return { use: 'malloc_large', certainty: 'likely', of: '', evidence };
}
