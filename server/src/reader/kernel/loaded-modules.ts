import { areaName, MODULE_KIND } from '@procmap/shared/kernel-half.ts';
import { type KernelRanges, rangeFrom } from '@procmap/shared/kernel-ranges.ts';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import { END_PAGE_64, PAGE_SIZE } from '@procmap/shared/page.ts';
import { type OpenArea, openAreas, type PlacedArea, placeAreas } from './module-areas.ts';
import { type ModuleSections, NO_SECTIONS } from './module-sections.ts';
import type { Kernel } from './places.ts';
import { permsInSpan } from './ranges.ts';
import { isSince } from './release.ts';
import type { FoundRegion, Span } from './span.ts';

/** A line of /proc/modules. */
export interface LoadedModule {
  /** Escaped. */
  readonly name: string;
  /** Total size in memory. */
  readonly sizeBytes: number;
  /** null: the kernel hides it. */
  readonly base: bigint | null;
  /** Neither being loaded nor being unloaded. */
  readonly isLive: boolean;
}

export interface LoadedModules {
  readonly list: readonly LoadedModule[];
  /** All addresses are hidden. */
  readonly hidden: boolean;
  /** Changes with the loaded modules and their places, but not with their use counts. */
  readonly fingerprint: string;
}

// A module may have spaces in its name; the fields after the name tell where it ends.
const LINE = /^(.+) (\d+) (?:\d+|-) \S+ (Live|Loading|Unloading) 0x([0-9a-f]+)(?: |$)/;

/** null: the file is missing, as in a kernel without module support. The text is latin1: one character per byte. */
export function parseModules(text: string | null): LoadedModules | null {
  if (text === null) return null;
  const list = text.split('\n').flatMap((line): LoadedModule[] => {
    const [, name = '', size = '', state = '', address = ''] = LINE.exec(line) ?? [];
    if (name === '') return [];
    const base = BigInt(`0x${address}`);
    return [{ name: escapeBytes(Buffer.from(name, 'latin1')), sizeBytes: Number(size), base: base === 0n ? null : base, isLive: state === 'Live' }];
  });
  const fingerprint = list.map(({ name, sizeBytes, base, isLive }) => `${name} ${sizeBytes} ${base} ${isLive}`).join('\n');
  return { list, hidden: list.length > 0 && list.every(({ base }) => base === null), fingerprint };
}

/** Since Linux 6.4, code, data and so on of a module lie in separate areas. */
export function areasApart(release: string): boolean {
  return isSince(release, [6, 4]);
}

/**
 * Since Linux 6.16 on x86_64, modules share large pages: one module's code begins where another's ends, even if the
 * large page has been split.
 */
function sharePages({ arch, release }: Pick<Kernel, 'arch' | 'release'>): boolean {
  return arch === 'x86_64' && isSince(release, [6, 16]);
}

/**
 * Places of the loaded modules. Before Linux 6.4 that is [base, base + size). Since then, /proc/modules gives the size
 * of all areas together but only the base of the code: [base, base + size) would cover other modules. Then the sections
 * tell where each area begins, and the page tables, if available, where it ends: see module-areas.ts. Without sections,
 * only the code has a known place, and only if modules share no pages: it extends from the base to the first unmapped
 * page. Without page tables no extent is known, so no module is shown.
 */
export function moduleRegions(
  modules: LoadedModules | null,
  kernel: Pick<Kernel, 'arch' | 'release' | 'pageSize'>,
  ranges: KernelRanges | null,
  sections: ModuleSections = NO_SECTIONS,
): FoundRegion[] {
  const placed = (modules?.list ?? []).filter(({ base, isLive, sizeBytes }) => base !== null && isLive && sizeBytes > 0);
  const { release, pageSize } = kernel;
  if (!areasApart(release)) return placed.flatMap((module) => regionOf(module.name, wholeOf(module), ranges, 'inferred'));
  if (ranges === null) return [];
  const open = new Map(
    placed.flatMap((module): [LoadedModule, OpenArea[]][] => {
      const own = sections.of.get(module.name);
      return own === undefined ? [] : [[module, openAreas(own, ranges, pageSize)]];
    }),
  );
  const next = nextOf([
    ...Array.from(open.values(), (areas) => areas.map(({ start }) => start)).flat(),
    ...placed.map((module) => pageOf(wholeOf(module).start)),
  ]);
  return placed.flatMap((module) => {
    const areas = open.get(module);
    const alone = areas === undefined && !sharePages(kernel) ? textOf(module, ranges, pageSize, next) : null;
    const found = areas === undefined ? alone : placeAreas(module, areas, next);
    return (found ?? []).flatMap(({ area, start, end }) =>
      regionOf(areaName(module.name, area), { start: BigInt(start) * PAGE, end: BigInt(end) * PAGE }, ranges, 'lkm'),
    );
  });
}

const PAGE = BigInt(PAGE_SIZE);

function pageOf(address: bigint): number {
  return Number(address / PAGE);
}

function wholeOf({ base, sizeBytes }: LoadedModule): Span {
  return { start: base ?? 0n, end: (base ?? 0n) + BigInt(sizeBytes) };
}

function regionOf(name: string, span: Span, ranges: KernelRanges | null, source: FoundRegion['source']): FoundRegion[] {
  if (span.end > BigInt(END_PAGE_64) * PAGE) return [];
  return [{ name, kind: MODULE_KIND, ...span, perms: ranges === null ? null : permsInSpan(ranges, span), source }];
}

/** Maps each page to the next higher one in the list; Infinity for the last. */
function nextOf(pages: readonly number[]): (page: number) => number {
  const sorted = [...new Set(pages)].sort((a, b) => a - b);
  const next = new Map(sorted.map((page, i) => [page, sorted[i + 1] ?? Infinity]));
  return (page) => next.get(page) ?? Infinity;
}

/**
 * From the base to the first unmapped page. null in large pages: several modules share them, and the start of the next
 * module need not be the end of this one.
 */
function textOf(module: LoadedModule, ranges: KernelRanges, pageSize: bigint, next: (page: number) => number): PlacedArea[] | null {
  const whole = wholeOf(module);
  const first = pageOf(whole.start);
  const last = pageOf(whole.end + PAGE - 1n);
  let at = first;
  for (let i = rangeFrom(ranges, first); at < last && (ranges.start[i] ?? Infinity) <= at; i++) {
    if (2 ** (ranges.shift[i] ?? 0) > Number(pageSize)) return null;
    at = ranges.end[i] ?? at;
  }
  return at === first ? null : [{ area: 'text', start: first, end: Math.min(at, last, next(first)) }];
}
