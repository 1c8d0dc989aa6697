/**
 * Bits of a page's state, from /proc/PID/pagemap (Documentation/admin-guide/mm/pagemap.rst). 0: neither in memory nor
 * in swap.
 */
export const PAGE_PRESENT = 1;
export const PAGE_SWAPPED = 2;
/** Page of a file, or shared anonymous memory; otherwise anonymous. Reported only for present or swapped pages. */
export const PAGE_FILE = 4;
/** No other page table maps it. */
export const PAGE_EXCLUSIVE = 8;
/** Written to since the soft-dirty bits were cleared; set on all pages if they never were. */
export const PAGE_SOFT_DIRTY = 16;
/** A guard page (MADV_GUARD_INSTALL, as below thread stacks from glibc 2.42 on): any access raises SIGSEGV. */
export const PAGE_GUARD = 32;
/**
 * Neither in memory nor in swap, but with an entry in the page table that says what an access does (userfaultfd,
 * poison) or that the page is being moved.
 */
export const PAGE_MARKER = 64;

/** States of pages [startPage, startPage + flags.length) at one moment. */
export interface PageStates {
  readonly startPage: number;
  /** PAGE_* bits, one byte a page. */
  readonly flags: Uint8Array;
}
