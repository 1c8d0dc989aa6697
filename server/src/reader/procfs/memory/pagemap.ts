import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';

/** Bytes of an entry of /proc/PID/pagemap: one u64 a page, in the machine's byte order. */
export const ENTRY_BYTES = 8;

/** Bits of an entry as bits of its upper half (Documentation/admin-guide/mm/pagemap.rst). */
const bit = (of64: number): number => (1 << (of64 - 32)) >>> 0;
const PRESENT = bit(63);
/** Set of whatever the page table has in place of a page, guards and other markers included. */
const SWAPPED = bit(62);
const FILE = bit(61);
const GUARD = bit(58);
const EXCLUSIVE = bit(56);
const SOFT_DIRTY = bit(55);
/** Of what is swapped bits 0 to 4 are the number of the swap file, and 5 to 54 the place in it; all are 0 for a reader without CAP_SYS_ADMIN. */
const PLACE_HIGH = bit(55) - 1;
const SWAP_FILE = 0x1f;
/** Numbers from here on are no swap file's, but of markers, poison, migration and device memory (MAX_SWAPFILES of the kernel's include/linux/swap.h, at its least). */
const MIN_NO_SWAP_FILE = 23;

export interface ToldStates {
  /** PAGE_* bits of each page. */
  readonly states: Uint8Array<ArrayBuffer>;
  /** Those that are said to be swapped of which it was not told where: they may be no pages in swap space. Ascending, from 0. */
  readonly unsure: readonly number[];
}

/**
 * States of pages from bytes of pagemap. `hasSwap`: false where nothing can be in swap space, so that what the kernel calls swapped is something else. Where a page is, which only a reader with
 * CAP_SYS_ADMIN is told, is looked at for nothing but that. What the bytes do not reach (pages above what the process may use) is 0.
 */
export function pageStates(entries: Uint8Array, count: number, hasSwap: boolean): ToldStates {
  const states = new Uint8Array(count);
  const words = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const told = Math.min(count, Math.floor(entries.length / ENTRY_BYTES));
  const unsure: number[] = [];
  for (let i = 0; i < told; i++) {
    // All machines that procmap knows are little endian.
    const low = words.getUint32(i * ENTRY_BYTES, true);
    const high = words.getUint32(i * ENTRY_BYTES + 4, true);
    const place = placeOf(high, low, hasSwap);
    if (place === PAGE_SWAPPED && isHidden(high, low)) unsure.push(i);
    const known = (place & (PAGE_PRESENT | PAGE_SWAPPED)) !== 0;
    states[i] =
      place |
      (known && (high & FILE) !== 0 ? PAGE_FILE : 0) |
      (known && (high & EXCLUSIVE) !== 0 ? PAGE_EXCLUSIVE : 0) |
      ((high & SOFT_DIRTY) !== 0 ? PAGE_SOFT_DIRTY : 0);
  }
  return { states, unsure };
}

function placeOf(high: number, low: number, hasSwap: boolean): number {
  if ((high & PRESENT) !== 0) return PAGE_PRESENT;
  if ((high & GUARD) !== 0) return PAGE_GUARD;
  if ((high & SWAPPED) === 0) return 0;
  const isMarker = (low & SWAP_FILE) >= MIN_NO_SWAP_FILE;
  return isMarker || !hasSwap ? PAGE_MARKER : PAGE_SWAPPED;
}

/** What is said to be swapped and is no page in swap space. */
export function asMarker(state: number): number {
  return (state & ~(PAGE_SWAPPED | PAGE_FILE | PAGE_EXCLUSIVE)) | PAGE_MARKER;
}

/** The first page of a swap file is its head: a page that is in swap space never has a place of 0. */
function isHidden(high: number, low: number): boolean {
  return low === 0 && (high & PLACE_HIGH) === 0;
}
