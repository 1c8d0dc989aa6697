/** Bits of a page's state, from /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). 0: neither in memory nor in swap. */
export const PAGE_PRESENT = 1;
export const PAGE_SWAPPED = 2;
/** Of a file, or shared anonymous memory; else anonymous. Told only of what is present or swapped. */
export const PAGE_FILE = 4;
/** No other page table maps it. */
export const PAGE_EXCLUSIVE = 8;
/** Written to since the soft-dirty bits were cleared; set for all pages where nobody cleared them. */
export const PAGE_SOFT_DIRTY = 16;
/** A guard (MADV_GUARD_INSTALL, as below the stacks of threads from glibc 2.42 on): whoever touches it gets SIGSEGV. */
export const PAGE_GUARD = 32;
/** Neither in memory nor in swap, but the page table says what happens to who touches it: userfaultfd, poison; or it is on its way to another place. */
export const PAGE_MARKER = 64;

/** States of pages [startPage, startPage + flags.length) at one moment. */
export interface PageStates {
  readonly startPage: number;
  /** PAGE_* bits, one byte a page. */
  readonly flags: Uint8Array;
}
