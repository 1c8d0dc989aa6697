import { END_PAGE_32, END_PAGE_64 } from './page.ts';

/**
 * Bounds of the parts of an address space, in pages. Ascending:
 * [0, taskEnd) the process may map; [taskEnd, userEnd) user half, but out of its reach;
 * [userEnd, kernelStart) the non-canonical hole (empty on 32 bits); [kernelStart, end) the kernel half.
 */
export interface Layout {
  /** 64 or 32: of the kernel, and so of the whole space. */
  readonly bits: 64 | 32;
  /** 64 or 32: of the process. */
  readonly processBits: 64 | 32;
  /** TASK_SIZE of this process. */
  readonly taskEnd: number;
  readonly userEnd: number;
  readonly kernelStart: number;
  readonly end: number;
  /** Levels of the page tables, or 0 if unknown. */
  readonly pagingLevels: number;
}

/** The bounds of the kernel half. */
export type KernelBounds = Pick<Layout, 'kernelStart' | 'end'>;

export function isLayout(layout: Layout): boolean {
  const { taskEnd, userEnd, kernelStart, end, bits } = layout;
  return (
    end === (bits === 64 ? END_PAGE_64 : END_PAGE_32) &&
    [taskEnd, userEnd, kernelStart].every((page) => Number.isInteger(page)) &&
    taskEnd > 0 &&
    taskEnd <= userEnd &&
    userEnd <= kernelStart &&
    kernelStart < end
  );
}

/** Hex digits of an address as shown to people: eight within reach of a 32-bit process, even on a 64-bit kernel. */
export function shownDigits(layout: Layout, page: number): 16 | 8 {
  return layout.bits === 32 || (layout.processBits === 32 && page < END_PAGE_32) ? 8 : 16;
}

/** Hex digits of any address in this space. */
export function addressDigits(layout: Layout): 16 | 8 {
  return layout.bits === 64 ? 16 : 8;
}
