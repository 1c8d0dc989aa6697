import { PAGE_BYTES } from '@procmap/shared/page.ts';
import { ramEnd, type PhysicalMemory } from './iomem.ts';
import type { LoadedModules } from './loaded-modules.ts';
import { isSince } from './release.ts';
import {
  arm64Middle,
  hasTodaysArm64,
  hasTodaysX86,
  isVmalloc,
  type Kernel,
  KERNEL_MAP,
  STRUCT_PAGE,
  X86_MODULES,
  X86_MODULES_END,
  X86_SECTION_PAGES,
} from './places.ts';
import { found, type FoundRegion, roundUp, type Span } from './span.ts';
import type { Symbols } from './symbols.ts';

const region = (name: string, start: bigint, end: bigint): FoundRegion => found(name, start, end, 'inferred');

/**
 * Regions at fixed, documented places, independent of KASLR. The fixmap of x86 is not one of them: its end is fixed,
 * but its start depends on the kernel's configuration. The same holds on i386 for everything above vmalloc.
 */
export function documentedRegions(kernel: Kernel): FoundRegion[] {
  switch (kernel.arch) {
    case 'x86_64':
      return hasTodaysX86(kernel) ? x86Regions(kernel) : [];
    case 'aarch64':
      return hasTodaysArm64(kernel) ? arm64Regions(kernel) : [];
    case 'arm':
      return armRegions(kernel);
    case 'i386':
      return [];
  }
}

/**
 * From Documentation/arch/x86/x86_64/mm.rst. The lower places are multiples of a top-level table entry, so they depend
 * on the paging levels.
 */
function x86Regions({ half, pagingLevels }: Kernel): FoundRegion[] {
  const entry = 1n << (pagingLevels === 5 ? 48n : 39n);
  const guardEnd = half.start + 16n * entry;
  return [
    region('guard hole', half.start, guardEnd),
    region('LDT remap', guardEnd, guardEnd + entry),
    region('cpu_entry_area', 0xffff_fe00_0000_0000n, 0xffff_fe80_0000_0000n),
    region('espfix', 0xffff_ff00_0000_0000n, 0xffff_ff80_0000_0000n),
    region('EFI', 0xffff_ffef_0000_0000n, 0xffff_ffff_0000_0000n),
    region('vsyscall', 0xffff_ffff_ff60_0000n, 0xffff_ffff_ff60_1000n),
  ];
}

const KIB = 1024n;
const MIB = 1024n * KIB;
const GIB = 1024n * MIB;

/**
 * From arch/arm64/include/asm/memory.h and pgtable.h. Above the direct map, Linux has used three layouts, and others
 * with KASAN or 52-bit addresses. The size of vmalloc identifies the layout: it is different in each.
 */
function arm64Regions(kernel: Kernel): FoundRegion[] {
  const middle = arm64Middle(kernel);
  const vmemmapSize = ((middle - kernel.half.start) / kernel.pageSize) * STRUCT_PAGE;
  const earlierVmemmap = kernel.half.end - 2n * vmemmapSize;
  const laterVmemmap = kernel.half.end - GIB - vmemmapSize;
  const layouts = [
    { modulesSize: 128n * MIB, vmallocEnd: earlierVmemmap - 256n * MIB, vmemmap: earlierVmemmap },
    // Since Linux 6.5, then since 6.9.
    { modulesSize: 2n * GIB, vmallocEnd: earlierVmemmap - 256n * MIB, vmemmap: earlierVmemmap },
    { modulesSize: 2n * GIB, vmallocEnd: laterVmemmap - 8n * MIB, vmemmap: laterVmemmap },
  ];
  const fitting = layouts.filter(({ modulesSize, vmallocEnd }) => isVmalloc({ start: middle + modulesSize, end: vmallocEnd }, kernel));
  return fitting.flatMap(({ modulesSize, vmallocEnd, vmemmap }) => [
    region('modules', middle, middle + modulesSize),
    region('vmalloc', middle + modulesSize, vmallocEnd),
    region('vmemmap', vmemmap, vmemmap + vmemmapSize),
  ]);
}

/** Documentation/arch/arm/memory.rst: vmalloc has a fixed end, so its size tells where it begins. */
function armRegions({ vmallocKib, release }: Kernel): FoundRegion[] {
  if (!isSince(release, [4, 3])) return [];
  const vmallocEnd = 0xff80_0000n;
  return [
    region('vmalloc', vmallocEnd - vmallocKib * KIB, vmallocEnd),
    // Before the device tree was moved, the fixmap began elsewhere.
    ...(isSince(release, [5, 11]) ? [region('fixmap', 0xffc8_0000n, 0xfff0_0000n)] : []),
    // The page of vectors, then the page of the code that they jump to.
    region('vector table', 0xffff_0000n, 0xffff_2000n),
  ];
}

/**
 * The windows of the kernel image and of the modules, which follows it; none if their border is unknown. x86_64 only.
 */
export function imageWindows(modulesStart: bigint | null): FoundRegion[] {
  if (modulesStart === null) return [];
  return [region('kernel image window', KERNEL_MAP, modulesStart), region('modules', modulesStart, X86_MODULES_END)];
}

/**
 * Start of the module window on x86_64, deduced from loaded modules. A module below the later start proves the earlier
 * one. A module above it proves the later one: modules go to the lowest free place, so with the earlier start the first
 * 512 MiB would be full of them.
 */
export function x86ModulesStart(kernel: Kernel, modules: LoadedModules | null, symbols: Symbols): bigint | null {
  if (!hasTodaysX86(kernel)) return null;
  const [earlier, later] = X86_MODULES;
  const bases = (modules?.list ?? []).flatMap(({ base }) => (base !== null && base >= earlier && base < X86_MODULES_END ? [base] : []));
  if (bases.length > 0) return bases.some((base) => base < later) ? earlier : later;
  return (symbols.at.get('_text') ?? 0n) >= earlier ? later : null;
}

const DOCUMENTED_TEXT = 0xffff_ffff_8100_0000n;
const TIB = 1024n * GIB;

/**
 * The three large regions of x86_64 at their documented places. They are there only without KASLR, so the command line
 * must say so, and the image must be at its documented place too.
 */
export function withoutKaslr(
  kernel: Kernel,
  commandLine: string | null,
  symbols: Symbols,
  memory: PhysicalMemory,
): { regions: FoundRegion[]; directOffset: bigint | null } {
  const isOff = commandLine !== null && commandLine.split(/\s+/).includes('nokaslr') && symbols.at.get('_text') === DOCUMENTED_TEXT;
  if (!isOff || !hasTodaysX86(kernel)) return { regions: [], directOffset: null };
  const five = kernel.pagingLevels === 5;
  const direct = five ? 0xff11_0000_0000_0000n : 0xffff_8880_0000_0000n;
  const vmallocStart = five ? 0xffa0_0000_0000_0000n : 0xffff_c900_0000_0000n;
  const vmalloc: Span = { start: vmallocStart, end: vmallocStart + (five ? 12_800n : 32n) * TIB };
  const vmemmap = five ? 0xffd4_0000_0000_0000n : 0xffff_ea00_0000_0000n;
  const end = ramEnd(memory);
  const pages = end === null ? null : roundUp(end / PAGE_BYTES, X86_SECTION_PAGES);
  return {
    regions: [
      ...(end === null ? [] : [region('direct map', direct, direct + end)]),
      // Does not fit with KMSAN, which takes most of vmalloc.
      ...(isVmalloc(vmalloc, kernel) ? [region('vmalloc', vmalloc.start, vmalloc.end)] : []),
      ...(pages === null ? [] : [region('vmemmap', vmemmap, vmemmap + pages * STRUCT_PAGE)]),
    ],
    directOffset: direct,
  };
}
