import { type KernelRanges, rangeFrom } from '@procmap/shared/kernel-ranges.ts';
import type { ModuleArea } from '@procmap/shared/kernel-half.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_WRITE } from '@procmap/shared/perms.ts';
import type { LoadedModule } from './loaded-modules.ts';
import type { Section } from './module-sections.ts';
import { roundDown } from './span.ts';

/** An area of a loaded module, in whole pages. */
export interface PlacedArea {
  readonly area: ModuleArea;
  readonly start: number;
  readonly end: number;
}

/**
 * Consecutive sections of a module within pages that are mapped alike. The end is only known to be between these
 * bounds.
 */
export interface OpenArea {
  readonly area: ModuleArea;
  readonly start: number;
  /** Lower bound of the end: the last section begins in the page before it. */
  readonly least: number;
  /** Upper bound of the end: the pages from there on are mapped differently, or not at all. */
  readonly most: number;
  /** Its pages are large, or of another size that modules may share. */
  readonly isShared: boolean;
}

const PAGE_BITS = 12n;

/** Finds where the areas of a module begin, in ascending order. `pageSize`: that of the machine. */
export function openAreas(sections: readonly Section[], ranges: KernelRanges, pageSize: bigint): OpenArea[] {
  const pages = Number(pageSize >> PAGE_BITS);
  const sorted = sections.map(({ name, address }) => ({ name, page: Number(roundDown(address, pageSize) >> PAGE_BITS) })).sort((a, b) => a.page - b.page);
  const found: (Omit<OpenArea, 'area' | 'least'> & { names: string[]; least: number; perms: number })[] = [];
  for (const { name, page } of sorted) {
    const last = found.at(-1);
    if (last !== undefined && page < last.most) {
      last.least = page + pages;
      last.names.push(name);
      continue;
    }
    const range = rangeFrom(ranges, page);
    // Freed meanwhile, like sections for unloading in a kernel that cannot unload modules.
    if ((ranges.start[range] ?? Infinity) > page) continue;
    found.push({
      start: page,
      least: page + pages,
      most: ranges.end[range] ?? page,
      isShared: 2 ** (ranges.shift[range] ?? 0) !== Number(pageSize),
      perms: ranges.perms[range] ?? 0,
      names: [name],
    });
  }
  return found.map(({ start, least, most, isShared, perms, names }) => ({ area: areaOf(names, perms), start, least, most, isShared }));
}

/** Decides by section names: in a kernel without protection, all pages may be writable and executable. */
function areaOf(names: readonly string[], perms: number): ModuleArea {
  if (names.some((name) => /(^|\.)text(\.|$)/.test(name))) return 'text';
  if (names.some((name) => name === '.data' || name === '.bss' || name === '.gnu.linkonce.this_module')) return 'data';
  if (names.some((name) => /^\.(rodata|note)/.test(name))) return 'rodata';
  return (perms & PERM_WRITE) === 0 ? 'rodata' : 'data';
}

/**
 * The areas of a module with their ends; null if an end is unknown, or if the data contradicts the module. Every area
 * but the code is followed by an unmapped page. Code may share large pages with other modules, so its size is the total
 * size minus that of the other areas. `next`: the start of the next area of any module above that page.
 */
export function placeAreas({ base, sizeBytes }: LoadedModule, open: readonly OpenArea[], next: (page: number) => number): PlacedArea[] | null {
  const [text, another] = open.filter(({ area }) => area === 'text');
  if (text === undefined || another !== undefined || base === null || text.start !== Number(base >> PAGE_BITS)) return null;
  const others = open.filter((each) => each !== text).map((each) => ({ ...each, end: Math.min(each.most, next(each.start)) }));
  if (others.some(({ isShared, least, end }) => isShared || end < least)) return null;
  const told = text.start + sizeBytes / PAGE_SIZE - others.reduce((sum, { start, end }) => sum + end - start, 0);
  const most = Math.min(text.most, next(text.start));
  const end = text.isShared ? told : Math.min(Number.isInteger(told) ? told : most, most);
  if (!Number.isInteger(end) || end < text.least || end > most) return null;
  return [{ ...text, end }, ...others].map(({ area, start, end: to }) => ({ area, start, end: to }));
}
