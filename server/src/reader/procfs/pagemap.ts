import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/page-states.ts';

/** Bytes of an entry of /proc/PID/pagemap: one u64 a page, in the machine's byte order. */
export const ENTRY_BYTES = 8;

/** Bits of an entry as bits of its upper half (Documentation/admin-guide/mm/pagemap.rst). */
const bit = (of64: number): number => (1 << (of64 - 32)) >>> 0;
const PRESENT = bit(63);
/** Set of whatever the page table has in place of a page, guards and other markers included. */
const SWAPPED = bit(62);
const FILE = bit(61);
const GUARD = bit(58);
/** Write-protected by userfaultfd: also said of pages in memory and in swap. */
const PROTECTED = bit(57);
const EXCLUSIVE = bit(56);
const SOFT_DIRTY = bit(55);

/**
 * States of pages, PAGE_* bits each, from bytes of pagemap. `hasSwap`: false where nothing can be in swap space, so that what the kernel calls swapped is something else. Frame numbers and the place in swap, which only a reader with CAP_SYS_ADMIN is told, are not looked at.
 * What the bytes do not reach (pages above what the process may use) is 0.
 */
export function pageStates(entries: Uint8Array, count: number, hasSwap: boolean): Uint8Array<ArrayBuffer> {
  const states = new Uint8Array(count);
  const words = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const told = Math.min(count, Math.floor(entries.length / ENTRY_BYTES));
  for (let i = 0; i < told; i++) {
    // All machines that procmap knows are little endian.
    const high = words.getUint32(i * ENTRY_BYTES + 4, true);
    const place = placeOf(high, hasSwap);
    const known = (place & (PAGE_PRESENT | PAGE_SWAPPED)) !== 0;
    states[i] =
      place |
      (known && (high & FILE) !== 0 ? PAGE_FILE : 0) |
      (known && (high & EXCLUSIVE) !== 0 ? PAGE_EXCLUSIVE : 0) |
      ((high & SOFT_DIRTY) !== 0 ? PAGE_SOFT_DIRTY : 0);
  }
  return states;
}

function placeOf(high: number, hasSwap: boolean): number {
  if ((high & PRESENT) !== 0) return PAGE_PRESENT;
  if ((high & GUARD) !== 0) return PAGE_GUARD;
  if ((high & SWAPPED) === 0) return 0;
  return hasSwap && (high & PROTECTED) === 0 ? PAGE_SWAPPED : PAGE_MARKER;
}
