import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';

/** Bytes of an entry in /proc/PID/pagemap: one u64 per page, in the machine's byte order. */
export const ENTRY_BYTES = 8;

/** Bits of an entry, within its upper half (Documentation/admin-guide/mm/pagemap.rst). */
const bit = (of64: number): number => (1 << (of64 - 32)) >>> 0;
const PRESENT = bit(63);
/** Set for anything that the page table has instead of a page, including guards and other markers. */
const SWAPPED = bit(62);
const FILE = bit(61);
const GUARD = bit(58);
const EXCLUSIVE = bit(56);
const SOFT_DIRTY = bit(55);
/**
 * In a swapped entry, bits 0 to 4 are the number of the swap file, bits 5 to 54 the place in it. Without CAP_SYS_ADMIN,
 * all of them are 0.
 */
const PLACE_HIGH = bit(55) - 1;
const SWAP_FILE = 0x1f;
/**
 * Numbers from here on do not mean swap files but markers, poison, migration and device memory (the lowest possible
 * MAX_SWAPFILES of include/linux/swap.h).
 */
const MIN_NO_SWAP_FILE = 23;

interface ToldStates {
  /** PAGE_* bits of each page. */
  readonly states: Uint8Array<ArrayBuffer>;
  /**
   * Pages that are reported as swapped, without their place: they may not be in swap space at all. Ascending, from 0.
   */
  readonly unsure: readonly number[];
}

/**
 * Decodes bytes of pagemap. `hasSwap`: false if the machine has no swap space, so that entries reported as swapped must
 * be something else. The place of a page, which the kernel only shows with CAP_SYS_ADMIN, is used for nothing but this
 * distinction. Pages beyond the given bytes (above the process's limit) get 0.
 */
export function pageStates(entries: Uint8Array, count: number, hasSwap: boolean): ToldStates {
  const states = new Uint8Array(count);
  const words = new DataView(entries.buffer, entries.byteOffset, entries.byteLength);
  const told = Math.min(count, Math.floor(entries.length / ENTRY_BYTES));
  const unsure: number[] = [];
  for (let i = 0; i < told; i++) {
    // All supported machines are little endian.
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

/** True if entry `index` is a guard page (MADV_GUARD_INSTALL). Cheaper than pageStates(), which tells everything. */
export function isGuardEntry(entries: Buffer, index: number): boolean {
  const high = entries.readUInt32LE(index * ENTRY_BYTES + 4);
  return (high & GUARD) !== 0 && (high & PRESENT) === 0;
}

/** The state of a page that is reported as swapped but is not in swap space. */
export function asMarker(state: number): number {
  return (state & ~(PAGE_SWAPPED | PAGE_FILE | PAGE_EXCLUSIVE)) | PAGE_MARKER;
}

/** The first page of a swap file is its header, so no swapped page has the place 0. */
function isHidden(high: number, low: number): boolean {
  return low === 0 && (high & PLACE_HIGH) === 0;
}
