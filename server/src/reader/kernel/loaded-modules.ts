import { MODULE_KIND } from '@procmap/shared/kernel-half.ts';
import { type KernelRanges, rangeFrom } from '@procmap/shared/kernel-ranges.ts';
import { escapeBytes } from '@procmap/shared/escape.ts';
import { END_PAGE_64, PAGE_SIZE } from '@procmap/shared/page.ts';
import { permsIn } from './ranges.ts';
import { isSince } from './release.ts';
import type { Found, Span } from './span.ts';

/** A line of /proc/modules. */
export interface LoadedModule {
  /** Visibly escaped. */
  readonly name: string;
  /** Of all that it has in memory. */
  readonly sizeBytes: number;
  /** null where the kernel hides it. */
  readonly base: bigint | null;
  /** Neither being loaded nor on its way out. */
  readonly isLive: boolean;
}

export interface LoadedModules {
  readonly list: readonly LoadedModule[];
  /** The addresses are, that is. */
  readonly hidden: boolean;
  /** Changes with what is loaded where, and not with how often it is used. */
  readonly fingerprint: string;
}

// A module names itself, spaces and all; the fields behind the name tell where it ends.
const LINE = /^(.+) (\d+) (?:\d+|-) \S+ (Live|Loading|Unloading) 0x([0-9a-f]+)(?: |$)/;

/** null: there is no such file, as of a kernel that takes no modules. The text is latin1: a character is a byte. */
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

/** Since Linux 6.4 a module has an area each for its code, its data and so on, which lie apart. */
export function areasApart(release: string): boolean {
  return isSince(release, [6, 4]);
}

/**
 * Where modules lie. Before Linux 6.4 that is [base, base + size). Since then /proc/modules still says the size of all areas together, but the base of the
 * one with the code alone: [base, base + size) would cover other modules. There the page tables tell, if somebody walked them: the area goes
 * on from its base to the first page that is not mapped, since one such page lies behind each. Without them the extents are not known, and none is drawn.
 */
export function moduleRegions(modules: LoadedModules | null, release: string, ranges: KernelRanges | null): Found[] {
  const isApart = areasApart(release);
  return (modules?.list ?? []).flatMap(({ name, base, sizeBytes, isLive }): Found[] => {
    if (base === null || !isLive || sizeBytes === 0) return [];
    const whole = { start: base, end: base + BigInt(sizeBytes) };
    const next = (modules?.list ?? []).reduce<bigint | null>(
      (least, { base: other }) => (other !== null && other > base && (least === null || other < least) ? other : least),
      null,
    );
    const span = isApart ? (ranges === null ? null : mappedFrom(ranges, whole, next)) : whole;
    if (span === null || span.end > BigInt(END_PAGE_64) * BigInt(PAGE_SIZE)) return [];
    return [{ name, kind: MODULE_KIND, ...span, perms: ranges === null ? null : permsIn(ranges, span), source: isApart ? 'lkm' : 'inferred' }];
  });
}

/**
 * From the beginning of a span up to its first page that is not mapped. null in large pages, which modules share since Linux 6.16: nothing tells there where one ends, and
 * `next` alone, where the next one begins, is no end.
 */
function mappedFrom(ranges: KernelRanges, { start, end }: Span, next: bigint | null): Span | null {
  const pageSize = BigInt(PAGE_SIZE);
  const first = Number(start / pageSize);
  const last = Number((end + pageSize - 1n) / pageSize);
  let at = first;
  for (let i = rangeFrom(ranges, first); at < last && (ranges.start[i] ?? Infinity) <= at; i++) {
    if (2 ** (ranges.shift[i] ?? 0) > PAGE_SIZE) return null;
    at = ranges.end[i] ?? at;
  }
  const mapped = BigInt(Math.min(at, last)) * pageSize;
  return at === first ? null : { start, end: next !== null && next < mapped ? next : mapped };
}
