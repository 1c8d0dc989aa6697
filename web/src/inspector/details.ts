import { intervalAt, type Intervals, isAlarm } from '@procmap/shared/intervals.ts';
import type { KernelRegion } from '@procmap/shared/kernel-half.ts';
import { objectSentence } from '@procmap/shared/files/kernel-objects.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import { nameKey } from '@procmap/shared/text/names.ts';
import { formatAddress, formatByteAddress, PAGE_SIZE, subtractBytes } from '@procmap/shared/page.ts';
import { isNoAccess, isWriteExec, PERM_EXEC, permsText, typeText } from '@procmap/shared/perms.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { formatBytes, formatCount, formatPages, formatSize } from '@procmap/shared/units.ts';
import { isWriteExecView, otherViews } from '@procmap/shared/views.ts';
import { kindLabel, kindSentence, permsWords, regionSentence, typeWords } from '@procmap/shared/words.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { titleOf } from '../regions/naming.ts';
import { type UseDetails, useDetails } from './use-details.ts';

/** The file behind a mapping. */
interface Backing {
  readonly offsetPages: number;
  readonly inode: string;
}

/** One line of the list about an interval. */
interface Fact {
  readonly term: string;
  readonly value: string;
  /** Names the line for tests. */
  readonly testid?: string;
}

/** The kernel region that a part lies in, to the byte. */
interface RegionFacts {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  readonly size: string;
  /** Combined permissions of everything mapped in it; '' if unknown. */
  readonly access: string;
  /** '' for an outermost region. */
  readonly within: string;
  /** The source that describes it. */
  readonly source: string;
}

/** Everything that the inspector shows for one interval, as text. */
export interface Details {
  readonly index: number;
  readonly startPage: number;
  readonly endPage: number;
  /** Escaped; for an interval without a name, its kind. */
  readonly title: string;
  readonly kind: number;
  readonly kindLabel: string;
  readonly sentence: string;
  readonly space: 'user' | 'kernel' | 'none';
  /** A mapping of the process, as listed in maps. */
  readonly mapping: boolean;
  readonly start: string;
  readonly end: string;
  readonly size: string;
  /** Number of pages; for a range of the kernel's page tables also their size. */
  readonly pages: string;
  /** null where nothing is mapped. */
  readonly perms: { readonly text: string; readonly words: string; readonly alarm: boolean } | null;
  /** What maps says of the mapping, apart from its range and permissions. */
  readonly facts: readonly Fact[];
  /** What it is for; null: not a mapping, or not known yet. */
  readonly use: UseDetails | null;
  readonly region: RegionFacts | null;
  readonly backing: Backing | null;
  /** Other mappings of the same memory: their number, and the first of them, ascending. */
  readonly views: { readonly count: number; readonly first: readonly OtherView[] };
  /** Sentences about alarms, apart from permissions that are both writable and executable. */
  readonly alarms: readonly string[];
  readonly above: Neighbour | null;
  readonly below: Neighbour | null;
  /** The next interval behind the gap, if `above` or `below` is a gap. */
  readonly beyondAbove: Neighbour | null;
  readonly beyondBelow: Neighbour | null;
}

/** An address inside the interval: from the search, or under the pointer. */
export interface AddressInside {
  readonly label: 'Located' | 'Pointer';
  readonly page: number;
  readonly byte: number;
}

export interface Neighbour {
  readonly index: number;
  readonly title: string;
  readonly size: string;
  readonly kind: number;
}

/** Another mapping of the same memory. */
interface OtherView {
  readonly index: number;
  readonly start: string;
  /** `rw-s`. */
  readonly perms: string;
  readonly size: string;
}

function neighbour(intervals: Intervals, index: number): Neighbour | null {
  if (index < 0 || index >= intervals.length) return null;
  const size = (intervals.bounds[index + 1] ?? 0) - (intervals.bounds[index] ?? 0);
  return { index, title: titleOf(intervals, index), size: formatPages(size), kind: intervals.kind[index] ?? 0 };
}

/** The neighbour behind a gap; null if there is no gap. */
function beyond(intervals: Intervals, index: number, step: 1 | -1): Neighbour | null {
  return intervals.kind[index + step] === Kind.gap ? neighbour(intervals, index + 2 * step) : null;
}

/** `uses` null: not known. */
export function describe(intervals: Intervals, index: number, uses: Uses | null = null): Details {
  const view = new IntervalView(intervals, index);
  const { is, row, kind, region, startPage, endPage } = view;
  const { layout } = intervals;
  return {
    index,
    startPage,
    endPage,
    title: view.title,
    kind,
    kindLabel: kindLabel(kind),
    sentence: region !== null && is === 'kernel' ? regionSentence(region.kind, kind) : mappingSentence(intervals, row, kind),
    space: view.space,
    mapping: is === 'mapping',
    start: formatAddress(startPage, shownDigits(layout, startPage)),
    end: formatAddress(endPage, shownDigits(layout, endPage)),
    size: formatPages(endPage - startPage),
    pages: pagesText(intervals, view),
    perms: accessOf(view, isAlarm(intervals, index)),
    facts: factsOf(view),
    use: row < 0 || uses === null ? null : useDetails(uses, row, layout),
    region: region === null ? null : regionFacts(intervals, region, view.within),
    backing: backingOf(view),
    views: row < 0 ? NO_VIEWS : viewsOfRow(intervals, row),
    alarms: row < 0 ? [] : alarmsOf(intervals, row),
    above: neighbour(intervals, index + 1),
    below: neighbour(intervals, index - 1),
    beyondAbove: beyond(intervals, index, 1),
    beyondBelow: beyond(intervals, index, -1),
  };
}

function factsOf({ type, perms, hasFile, offset, inode, device, isDeleted }: IntervalView): Fact[] {
  return [
    ...fact('Type', type === null || perms === null ? null : typeWords(perms)),
    ...fact('Offset', hasFile ? offset : null),
    ...fact('Inode', hasFile ? inode : null),
    ...fact('Device', hasFile ? device : null),
    // The files process knows what is at the path now.
    ...fact('File', isDeleted ? 'deleted; kept while it is mapped' : null, 'inspector-file'),
  ];
}

/** No line if there is no value. */
function fact(term: string, value: string | null, testid?: string): Fact[] {
  return value === null ? [] : [{ term, value, ...(testid === undefined ? {} : { testid }) }];
}

function backingOf({ hasFile, offsetPages, inode }: IntervalView): Backing | null {
  return hasFile && offsetPages !== null && inode !== null ? { offsetPages, inode } : null;
}

const NO_VIEWS: Details['views'] = { count: 0, first: [] };
/** The search `views:yes` finds the others. */
const MAX_VIEWS = 8;

function viewsOfRow(intervals: Intervals, row: number): Details['views'] {
  const { table, layout } = intervals;
  const others = otherViews(table, row);
  const first = Array.from(others.subarray(0, MAX_VIEWS), (other) => {
    const start = table.start[other] ?? 0;
    const perms = table.perms[other] ?? 0;
    return {
      index: intervalAt(intervals, start),
      start: formatAddress(start, shownDigits(layout, start)),
      perms: permsText(perms) + typeText(perms),
      size: formatPages((table.end[other] ?? 0) - start),
    };
  });
  return { count: others.length, first };
}

function alarmsOf({ table }: Intervals, row: number): string[] {
  const perms = table.perms[row] ?? 0;
  const alarms: string[] = [];
  if (isWriteExecView(table, row) && !isWriteExec(perms))
    alarms.push(
      perms & PERM_EXEC ? 'Code executed here can be written through another mapping.' : 'Data written here can be executed through another mapping.',
    );
  if (table.start[row] === 0)
    alarms.push(isNoAccess(perms) ? 'Page 0 is mapped, but without any access.' : 'Page 0 is mapped: a NULL pointer does not fault, but accesses this memory.');
  return alarms;
}

/** `row`: -1 where nothing is mapped. */
function mappingSentence({ table }: Intervals, row: number, kind: number): string {
  return (row < 0 ? null : objectSentence(nameKey(table.names, table.name[row] ?? 0), kind)) ?? kindSentence(kind);
}

/** Permissions of a mapping or of pages, not of a region, which would combine those of many pages. */
function accessOf({ is, perms, type, range }: IntervalView, alarm: boolean): Details['perms'] {
  if (perms === null || (is !== 'mapping' && range < 0)) return null;
  return { text: permsText(perms) + (type ?? ''), words: permsWords(perms), alarm };
}

function pagesText({ kernel }: Intervals, { range, startPage, endPage }: IntervalView): string {
  const pages = endPage - startPage;
  const shift = kernel.half.ranges?.shift[range];
  if (shift === undefined) return formatCount(pages);
  if (shift === 0) return 'the same few, mapped repeatedly';
  // A region may begin or end within a large page.
  const count = Math.ceil((pages * PAGE_SIZE) / 2 ** shift);
  return `${formatCount(count)} of ${formatBytes(2 ** shift)}`;
}

const SOURCE_WORDS: Readonly<Record<KernelRegion['source'], string>> = {
  lkm: 'kernel module of procmap',
  kcore: '/proc/kcore',
  inferred: 'inferred',
};

function regionFacts({ layout }: Intervals, region: KernelRegion, within: KernelRegion | null): RegionFacts {
  const { name, start, end, perms, source } = region;
  return {
    name,
    start: formatByteAddress(start, shownDigits(layout, start.page)),
    end: formatByteAddress(end, shownDigits(layout, end.page)),
    size: formatSize(subtractBytes(end, start)),
    access: perms === null ? '' : isNoAccess(perms) ? 'nothing is mapped' : permsText(perms),
    within: within?.name ?? '',
    source: SOURCE_WORDS[source],
  };
}
