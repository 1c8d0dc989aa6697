import { type KernelRanges, rangeFrom } from '@procmap/shared/kernel-ranges.ts';
import type { ModuleArea } from '@procmap/shared/kernel-half.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_WRITE } from '@procmap/shared/perms.ts';
import type { LoadedModule } from './loaded-modules.ts';
import type { Section } from './module-sections.ts';
import { roundDown } from './span.ts';

/** A part of a loaded module, in whole pages. */
export interface PlacedArea {
  readonly area: ModuleArea;
  readonly start: number;
  readonly end: number;
}

/** What follows each other of a module's sections in pages that are mapped alike. Of its end these bounds are known. */
export interface OpenArea {
  readonly area: ModuleArea;
  readonly start: number;
  /** At least: its last section begins in the page below. */
  readonly least: number;
  /** Where other pages begin, or none. */
  readonly most: number;
  /** In large pages, or others that it may not have for itself. */
  readonly isShared: boolean;
}

const PAGE_BITS = 12n;

/** Where the areas of a module begin; ascending. `pageSize`: the machine's, in whose pages they lie. */
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
    // Freed, as what is for unloading is in a kernel that unloads none.
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

/** By its sections, since where the kernel protects nothing all may be writable and executable. */
function areaOf(names: readonly string[], perms: number): ModuleArea {
  if (names.some((name) => /(^|\.)text(\.|$)/.test(name))) return 'text';
  if (names.some((name) => name === '.data' || name === '.bss' || name === '.gnu.linkonce.this_module')) return 'data';
  if (names.some((name) => /^\.(rodata|note)/.test(name))) return 'rodata';
  return (perms & PERM_WRITE) === 0 ? 'rodata' : 'data';
}

/**
 * The areas of a module with their ends; null when it is not told where one ends, or what is told is of another one. Behind all of them but that of its text lies a page that is not
 * mapped. Text may lie in large pages, between that of other modules: it is what is left of the size, which is that of all areas together.
 * `next`: where any module has an area above that page.
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
