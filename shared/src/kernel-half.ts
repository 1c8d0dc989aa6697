import type { KernelRanges } from './kernel-ranges.ts';
import { Kind } from './kind.ts';
import type { Bytes } from './page.ts';

/**
 * Sources of the kernel half, best first: our module, the program headers of /proc/kcore, and what follows from the
 * rest of /proc and the documented layout.
 */
export const KERNEL_SOURCES = ['lkm', 'kcore', 'inferred', 'none'] as const;
type KernelSource = (typeof KERNEL_SOURCES)[number];

/**
 * A named part of the kernel half, to the byte. Regions may nest: text in the window of the image, a loaded module in
 * the module area.
 */
export interface KernelRegion {
  /** Escaped: modules choose their names. */
  readonly name: string;
  /** Usually its own name; loaded modules and ranges of RAM, of which there are many, have a common kind. */
  readonly kind: string;
  readonly start: Bytes;
  /** Exclusive. */
  readonly end: Bytes;
  /**
   * PERM_* bits of all mapped pages in it, combined; null: unknown. Only ranges tell whether a single page is both
   * writable and executable.
   */
  readonly perms: number | null;
  readonly source: Exclude<KernelSource, 'none'>;
}

/** The kernel half of every address space, as described by one source. Plain data, sent as JSON. */
export interface KernelHalf {
  readonly source: KernelSource;
  /** A sentence: which source, and why not a better one. */
  readonly note: string;
  /** Unordered. */
  readonly regions: readonly KernelRegion[];
  /** null: the page tables were not walked. */
  readonly ranges: KernelRanges | null;
}

/** The note of a complete half. */
export const WHOLE_NOTE = "read from procmap's kernel module";

/** Before any source was read. */
export const NO_KERNEL_HALF: KernelHalf = { source: 'none', note: 'the kernel half is not read yet', regions: [], ranges: null };

/** The kind of a loaded module or one of its areas, and of a range of RAM in the direct map. */
export const MODULE_KIND = 'module';
export const RAM_KIND = 'System RAM';

/**
 * The separate areas of a module from Linux 6.4 on. rodata occurs twice, since some of it is written during loading.
 */
export type ModuleArea = 'text' | 'rodata' | 'data';

export function areaName(module: string, area: ModuleArea): string {
  return `${module} ${area}`;
}

/** The name of the module that a region of that kind belongs to. */
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

/**
 * How a region is painted: an index in KINDS. Small regions at fixed places (fixmap, cpu_entry_area, espfix, EFI ...)
 * share one kind.
 */
export function kindOfRegion({ kind }: Pick<KernelRegion, 'kind'>): number {
  return KIND_OF[kind] ?? Kind.kernel_fixed;
}
