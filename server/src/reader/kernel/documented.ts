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
 * What lies where the kernel's own documentation says, whatever KASLR does. Not the fixmap of x86: its end is known, its start depends on
 * how the kernel was configured, and so it is on i386 with all that lies above vmalloc.
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

/** Documentation/arch/x86/x86_64/mm.rst. What lies low is counted in entries of the top table, and so differs with the levels. */
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
 * arch/arm64/include/asm/memory.h, pgtable.h. There were three layouts of what lies above the direct map, and others of kernels with KASAN or with addresses of
 * 52 bits; which one it is, the size of vmalloc tells: no two are of the same.
 */
function arm64Regions(kernel: Kernel): FoundRegion[] {
  const middle = arm64Middle(kernel);
  const vmemmapSize = ((middle - kernel.half.start) / kernel.pageSize) * STRUCT_PAGE;
  const earlierVmemmap = kernel.half.end - 2n * vmemmapSize;
  const laterVmemmap = kernel.half.end - GIB - vmemmapSize;
  const layouts = [
    { modulesSize: 128n * MIB, vmallocEnd: earlierVmemmap - 256n * MIB, vmemmap: earlierVmemmap },
    // Since Linux 6.5, and 6.9.
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

/** Documentation/arch/arm/memory.rst: vmalloc ends at a fixed place, and so its size tells where it begins. */
function armRegions({ vmallocKib, release }: Kernel): FoundRegion[] {
  if (!isSince(release, [4, 3])) return [];
  const vmallocEnd = 0xff80_0000n;
  return [
    region('vmalloc', vmallocEnd - vmallocKib * KIB, vmallocEnd),
    // It began elsewhere before the device tree was moved.
    ...(isSince(release, [5, 11]) ? [region('fixmap', 0xffc8_0000n, 0xfff0_0000n)] : []),
    // The page of vectors, and that of what they jump to.
    region('vector table', 0xffff_0000n, 0xffff_2000n),
  ];
}

/** The window of the kernel's image and that of the modules, which begins where the first one ends; none when nobody knows where that is. x86_64 only. */
export function imageWindows(modulesStart: bigint | null): FoundRegion[] {
  if (modulesStart === null) return [];
  return [region('kernel image window', KERNEL_MAP, modulesStart), region('modules', modulesStart, X86_MODULES_END)];
}

/**
 * Where modules begin on x86_64, by what lies there. One below the later beginning tells the earlier one. One above it tells the later one, as they are put
 * at the lowest free place: the earlier one would have 512 MiB of them first.
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

/** The three large regions of x86_64 at their documented places, where they are only if KASLR does not run: the command line must say so, and the image must be where it is then. */
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
      // Not so with KMSAN, which takes most of it.
      ...(isVmalloc(vmalloc, kernel) ? [region('vmalloc', vmalloc.start, vmalloc.end)] : []),
      ...(pages === null ? [] : [region('vmemmap', vmemmap, vmemmap + pages * STRUCT_PAGE)]),
    ],
    directOffset: direct,
  };
}
