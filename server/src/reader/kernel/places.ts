import { PAGE_BYTES } from '@procmap/shared/page.ts';
import { type Arch, archOf } from '../../common/arch.ts';
import { type Machine, machineLayout } from '../procfs/machine.ts';
import { isSince } from './release.ts';
import type { Span } from './span.ts';

/** Facts about the running kernel that determine the layout of its half. Spans are in bytes. */
export interface Kernel {
  readonly arch: Arch;
  readonly bits: 64 | 32;
  /** os.release() */
  readonly release: string;
  readonly pagingLevels: number;
  readonly pageSize: bigint;
  /** VmallocTotal of /proc/meminfo. */
  readonly vmallocKib: bigint;
  /** See Machine. */
  readonly vsyscall: boolean;
  /** The kernel half. */
  readonly half: Span;
}

/** null: procmap does not support this machine. */
export function kernelOf(machine: Machine, release: string): Kernel | null {
  const layout = machineLayout(machine);
  const arch = archOf(machine.machine);
  if (layout === null || arch === null) return null;
  const { bits, pagingLevels } = layout;
  const { vsyscall } = machine;
  const half = { start: BigInt(layout.kernelStart) * PAGE_BYTES, end: BigInt(layout.end) * PAGE_BYTES };
  return { arch, bits, release, pagingLevels, pageSize: BigInt(machine.pageSize), vmallocKib: BigInt(machine.vmallocKib), vsyscall, half };
}

/**
 * True if a span has exactly the size that the kernel reports for vmalloc. No other span has this size on any machine.
 */
export function isVmalloc({ start, end }: Span, { vmallocKib, arch }: Kernel): boolean {
  // On x86_64, VMALLOC_END is the last byte, so the total is a KiB less.
  return (end - start - (arch === 'x86_64' ? 1n : 0n)) / 1024n === vmallocKib;
}

/**
 * True if the layout is the current one of Documentation/arch/x86/x86_64/mm.rst: Linux 4.20 moved the LDT and the
 * direct map.
 */
export function hasTodaysX86(kernel: Kernel): boolean {
  return kernel.arch === 'x86_64' && isSince(kernel.release, [4, 20]);
}

/** True since Linux 5.4: the direct map takes the lower half of the kernel half, and everything else the upper one. */
export function hasTodaysArm64(kernel: Kernel): boolean {
  return kernel.arch === 'aarch64' && isSince(kernel.release, [5, 4]);
}

/** In those kernels, the upper limit of the direct map and the start of the rest. */
export function arm64Middle({ half }: Kernel): bigint {
  return (half.start + half.end) / 2n;
}

export const KERNEL_MAP = 0xffff_ffff_8000_0000n;
/**
 * Start of the module window on x86_64: after 512 MiB for the kernel image, or after 1 GiB in a kernel that KASLR can
 * move (CONFIG_RANDOMIZE_BASE).
 */
export const X86_MODULES = [0xffff_ffff_a000_0000n, 0xffff_ffff_c000_0000n] as const;
export const X86_MODULES_END = 0xffff_ffff_ff00_0000n;
/** With CONFIG_DEBUG_KMAP_LOCAL_FORCE_MAP. */
export const X86_MODULES_EARLIER_END = 0xffff_ffff_fe00_0000n;
/** Size of struct page in a kernel with the usual configuration. */
export const STRUCT_PAGE = 64n;
/** PAGES_PER_SECTION of x86_64. */
export const X86_SECTION_PAGES = 32_768n;
