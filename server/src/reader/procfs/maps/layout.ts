import type { Layout } from '@procmap/shared/layout.ts';
import { END_PAGE_32, END_PAGE_64, PAGE_SIZE } from '@procmap/shared/page.ts';
import { type Arch, archOf } from '../../../common/arch.ts';

/** Facts that determine the layout of an address space. */
export interface LayoutFacts {
  /** os.machine(): `x86_64`, `aarch64`, `i686`, `armv7l` ... */
  readonly machine: string;
  /**
   * VmallocTotal of /proc/meminfo, KiB: the only place where a running kernel reveals its paging levels without special
   * rights.
   */
  readonly vmallocKib: number;
  readonly pageSize: number;
  readonly processBits: 64 | 32;
  /** ADDR_LIMIT_3GB of personality(2). */
  readonly limitedTo3GiB: boolean;
  /** End of the highest mapping of the process's own (not the kernel's [vsyscall] or [vectors]), in pages. */
  readonly highestPage: number;
}

type Shape = Omit<Layout, 'processBits'>;

const PAGE_BITS = 12;
const GIB_PAGES = 2 ** 18;
/** vmalloc is 32 TiB with four levels, 12.5 PiB with five (Documentation/arch/x86/x86_64/mm.rst). */
const FIVE_LEVEL_VMALLOC_KIB = 2 ** 40;

/** null if procmap does not know the layout of the machine: no picture is better than a wrong one. */
export function inferLayout(facts: LayoutFacts): Layout | null {
  const arch = archOf(facts.machine);
  return arch === null ? null : lift({ ...SHAPES[arch](facts), processBits: facts.processBits }, facts.highestPage);
}

const SHAPES: { readonly [A in Arch]: (facts: LayoutFacts) => Shape } = {
  x86_64,
  aarch64: arm64,
  i386: () => split32(3 * GIB_PAGES, 3 * GIB_PAGES),
  // TASK_SIZE = PAGE_OFFSET - 16 MiB: the modules lie below PAGE_OFFSET, but belong to the kernel
  // (arch/arm/include/asm/memory.h).
  arm: () => split32(3 * GIB_PAGES - 2 ** 12, 3 * GIB_PAGES - 2 ** 12),
};

/** arch/x86/include/asm/page_64_types.h: TASK_SIZE_MAX, IA32_PAGE_OFFSET. */
function x86_64({ vmallocKib, processBits, limitedTo3GiB, highestPage }: LayoutFacts): Shape {
  const fourLevelEnd = 2 ** (47 - PAGE_BITS);
  const five = vmallocKib >= FIVE_LEVEL_VMALLOC_KIB || highestPage > fourLevelEnd;
  const userEnd = five ? 2 ** (56 - PAGE_BITS) : fourLevelEnd;
  // The page below the hole cannot be mapped: a system call there would return to a non-canonical address.
  const wide = userEnd - 1;
  const narrow = limitedTo3GiB ? 3 * GIB_PAGES : END_PAGE_32 - 2;
  return { bits: 64, taskEnd: processBits === 64 ? wide : narrow, userEnd, kernelStart: END_PAGE_64 - userEnd, end: END_PAGE_64, pagingLevels: five ? 5 : 4 };
}

/**
 * arch/arm64/include/asm/memory.h: vmalloc takes nearly all of the upper half of the kernel's 2^VA_BITS. A kernel built
 * for 52 bits sizes it as for 48, and only gives higher addresses to processes that ask for them. So only a mapping up
 * there reveals such a kernel.
 */
function arm64({ vmallocKib, pageSize, processBits, highestPage }: LayoutFacts): Shape {
  const inferredBits = Math.ceil(Math.log2(vmallocKib * 1024)) + 1;
  const vaBits = highestPage > 2 ** (inferredBits - PAGE_BITS) ? 52 : inferredBits;
  const userEnd = 2 ** (vaBits - PAGE_BITS);
  const pagingLevels = Math.trunc((vaBits - 4) / (Math.log2(pageSize) - 3));
  // TASK_SIZE_32 of arch/arm64/include/asm/processor.h leaves out the last page. With 64 KiB pages it does not, since
  // the vectors are in that page.
  const narrow = END_PAGE_32 - (pageSize === 65_536 ? 0 : pageSize / PAGE_SIZE);
  return { bits: 64, taskEnd: processBits === 64 ? userEnd : narrow, userEnd, kernelStart: END_PAGE_64 - userEnd, end: END_PAGE_64, pagingLevels };
}

/** A 32-bit kernel: both halves share 4 GiB, without a hole. */
function split32(taskEnd: number, kernelStart: number): Shape {
  return { bits: 32, taskEnd, userEnd: kernelStart, kernelStart, end: END_PAGE_32, pagingLevels: 0 };
}

/** Raises the ends if a mapping lies above them, so that intervals always tile. */
function lift(layout: Layout, highestPage: number): Layout {
  if (highestPage <= layout.taskEnd) return layout;
  const userEnd = Math.max(layout.userEnd, highestPage);
  return { ...layout, taskEnd: highestPage, userEnd, kernelStart: Math.max(layout.kernelStart, userEnd) };
}
