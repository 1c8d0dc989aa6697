import { PAGE_BYTES } from '@procmap/shared/page.ts';
import { type Arch, archOf } from '../../common/arch.ts';
import { type Machine, machineLayout } from '../procfs/machine.ts';
import { isSince } from './release.ts';
import type { Span } from './span.ts';

/** The running kernel, as far as the places in its half depend on it. Spans in bytes. */
export interface Kernel {
  readonly arch: Arch;
  readonly bits: 64 | 32;
  /** os.release() */
  readonly release: string;
  readonly pagingLevels: number;
  readonly pageSize: bigint;
  /** VmallocTotal. */
  readonly vmallocKib: bigint;
  /** See Machine. */
  readonly vsyscall: boolean;
  /** The kernel's half. */
  readonly half: Span;
}

/** null for a machine that procmap does not know. */
export function kernelOf(machine: Machine, release: string): Kernel | null {
  const layout = machineLayout(machine);
  const arch = archOf(machine.machine);
  if (layout === null || arch === null) return null;
  const { bits, pagingLevels } = layout;
  const { vsyscall } = machine;
  const half = { start: BigInt(layout.kernelStart) * PAGE_BYTES, end: BigInt(layout.end) * PAGE_BYTES };
  return { arch, bits, release, pagingLevels, pageSize: BigInt(machine.pageSize), vmallocKib: BigInt(machine.vmallocKib), vsyscall, half };
}

/** A span is that of vmalloc if it is as large as the kernel says that vmalloc is. On no machine does another one have its size. */
export function isVmalloc({ start, end }: Span, { vmallocKib, arch }: Kernel): boolean {
  // VMALLOC_END of x86_64 is the last byte, and so the total a KiB less.
  return (end - start - (arch === 'x86_64' ? 1n : 0n)) / 1024n === vmallocKib;
}

/** Where the layout of x86_64 is the documented one of today (Documentation/arch/x86/x86_64/mm.rst): Linux 4.20 moved the LDT and the direct map. */
export function hasTodaysX86(kernel: Kernel): boolean {
  return kernel.arch === 'x86_64' && isSince(kernel.release, [4, 20]);
}

/** Since Linux 5.4 the direct map of arm64 is the lower half of the kernel's half, and what else there is lies in the upper one. */
export function hasTodaysArm64(kernel: Kernel): boolean {
  return kernel.arch === 'aarch64' && isSince(kernel.release, [5, 4]);
}

/** Of those kernels: where the direct map ends at most, and the rest begins. */
export function arm64Middle({ half }: Kernel): bigint {
  return (half.start + half.end) / 2n;
}

export const KERNEL_MAP = 0xffff_ffff_8000_0000n;
/** Where modules begin on x86_64: behind 512 MiB for the kernel's image, or behind 1 GiB in a kernel that KASLR can move (CONFIG_RANDOMIZE_BASE). */
export const X86_MODULES = [0xffff_ffff_a000_0000n, 0xffff_ffff_c000_0000n] as const;
export const X86_MODULES_END = 0xffff_ffff_ff00_0000n;
/** With CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP. */
export const X86_MODULES_EARLIER_END = 0xffff_ffff_fe00_0000n;
/** struct page, of any kernel that is configured as usual. */
export const STRUCT_PAGE = 64n;
/** PAGES_PER_SECTION of x86_64. */
export const X86_SECTION_PAGES = 32_768n;
