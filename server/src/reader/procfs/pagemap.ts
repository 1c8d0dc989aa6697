import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/page-states.ts';

/** Bytes of an entry of /proc/PID/pagemap: one u64 a page, in the machine's byte order. */
export const ENTRY_BYTES = 8;

/** Bits 63, 62, 61, 56 and 55 of an entry, as bits of its upper half (Documentation/admin-guide/mm/pagemap.rst). */
const [PRESENT, SWAPPED, FILE, EXCLUSIVE, SOFT_DIRTY] = [63, 62, 61, 56, 55].map((bit) => (1 << (bit - 32)) >>> 0) as [number, number, number, number, number];

/**
 * States of pages, PAGE_* bits each, from bytes of pagemap. Frame numbers and the place in swap, which only a reader with CAP_SYS_ADMIN is told, are not looked at.
 * What the bytes do not reach (pages above what the process may use) is 0.
 */
export function pageStates(entries: Uint8Array, count: number): Uint8Array<ArrayBuffer> {
  const states = new Uint8Array(count);
  const words = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const told = Math.min(count, Math.floor(entries.length / ENTRY_BYTES));
  for (let i = 0; i < told; i++) {
    // All machines that procmap knows are little endian.
    const high = words.getUint32(i * ENTRY_BYTES + 4, true);
    const known = (high & (PRESENT | SWAPPED)) !== 0;
    states[i] =
      ((high & PRESENT) !== 0 ? PAGE_PRESENT : 0) |
      ((high & SWAPPED) !== 0 ? PAGE_SWAPPED : 0) |
      (known && (high & FILE) !== 0 ? PAGE_FILE : 0) |
      (known && (high & EXCLUSIVE) !== 0 ? PAGE_EXCLUSIVE : 0) |
      ((high & SOFT_DIRTY) !== 0 ? PAGE_SOFT_DIRTY : 0);
  }
  return states;
}
