import type { KernelRanges } from './kernel-ranges.ts';
import { Kind } from './kind.ts';
import type { Bytes } from './page.ts';

/** Who tells of the kernel's half, best first: our module, the program headers of /proc/kcore, and what follows from the rest of /proc and the documented layout. */
export const KERNEL_SOURCES = ['lkm', 'kcore', 'inferred', 'none'] as const;
export type KernelSource = (typeof KERNEL_SOURCES)[number];

/** A named part of the kernel's half, to the byte. Regions may lie inside each other: text in the window of the image, a loaded module among the modules. */
export interface KernelRegion {
  /** Visibly escaped: modules choose theirs. */
  readonly name: string;
  /** What it is: its own name, but for a loaded module and a range of RAM, of which there are many. */
  readonly kind: string;
  readonly start: Bytes;
  /** Exclusive. */
  readonly end: Bytes;
  /** PERM_* bits of all pages that are mapped in it, together; null: not known. Whether one page is both writable and executable, ranges tell. */
  readonly perms: number | null;
  readonly source: Exclude<KernelSource, 'none'>;
}

/** The kernel's half of every address space, as one source or the next could tell it. A value, and as such JSON. */
export interface KernelHalf {
  readonly source: KernelSource;
  /** A sentence: which source, and why none that is better. */
  readonly note: string;
  /** In no order. */
  readonly regions: readonly KernelRegion[];
  /** null: nobody walked the page tables. */
  readonly ranges: KernelRanges | null;
}

/** The note of a half of which nothing is missing. */
export const WHOLE_NOTE = "read from procmap's kernel module";

/** Before any source was asked. */
export const NO_KERNEL_HALF: KernelHalf = { source: 'none', note: 'the kernel half is not read yet', regions: [], ranges: null };

/** The kind of a loaded module or an area of one, and of a range of RAM in the direct map. */
export const MODULE_KIND = 'module';
export const RAM_KIND = 'System RAM';

/** What a module of Linux 6.4 and later has, each for itself: rodata also twice, as some of it is written while it is loaded. */
export type ModuleArea = 'text' | 'rodata' | 'data';

export function areaName(module: string, area: ModuleArea): string {
  return `${module} ${area}`;
}

/** The name of the module that a region of that kind is of. */
export function moduleOf({ name }: Pick<KernelRegion, 'name'>): string {
  return name.replace(/ (text|rodata|data)$/, '');
}

const KIND_OF: Readonly<Record<string, number>> = {
  text: Kind.kernel_text,
  rodata: Kind.kernel_rodata,
  data: Kind.kernel_data,
  bss: Kind.kernel_data,
  'kernel image window': Kind.kernel_image,
  'kernel image': Kind.kernel_image,
  modules: Kind.kernel_module,
  [MODULE_KIND]: Kind.kernel_module,
  'direct map': Kind.direct_map,
  lowmem: Kind.direct_map,
  [RAM_KIND]: Kind.direct_map,
  vmalloc: Kind.vmalloc,
  vmemmap: Kind.vmemmap,
};

/** How a region is painted: an index in KINDS. What is of fixed place and small purpose (fixmap, cpu_entry_area, espfix, EFI ...) is one kind. */
export function kindOfRegion({ kind }: KernelRegion): number {
  return KIND_OF[kind] ?? Kind.kernel_fixed;
}
