import type { Intervals } from '@procmap/shared/intervals.ts';
import { type JoinedFigures, Told } from '@procmap/shared/joined-figures.ts';
import { FIGURE_COLUMNS, type FigureColumn } from '@procmap/shared/mapping-figures.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { formatCount, formatPages, formatPercent } from '@procmap/shared/units.ts';
import type { Figure } from './figures.ts';
import { toldText } from './told-text.ts';

/** What is told of a mapping, in this order; those that `always` are told also as nothing. */
const LINES: readonly { readonly column: FigureColumn; readonly term: string; readonly what: string; readonly always?: true }[] = [
  { column: 'rss', term: 'In memory', what: 'What of it is in memory, whoever else maps it', always: true },
  { column: 'pss', term: 'PSS', what: 'Each page in memory divided by the number of its mappings', always: true },
  { column: 'privateDirty', term: 'Private, dirty', what: 'Nobody else maps it, and it was written to' },
  { column: 'privateClean', term: 'Private, clean', what: 'Nobody else maps it, and it was not written to' },
  { column: 'sharedDirty', term: 'Shared, dirty', what: 'Others map it as well, and it was written to' },
  { column: 'sharedClean', term: 'Shared, clean', what: 'Others map it as well, and it was not written to' },
  { column: 'swap', term: 'Swapped', what: 'Written to swap space', always: true },
  { column: 'swapPss', term: 'Swapped, PSS', what: 'The same divided by the number of its users' },
  { column: 'anonymous', term: 'Anonymous', what: 'Of no file, also copies of a file’s pages that were written to' },
  { column: 'referenced', term: 'Referenced', what: 'Used since the kernel looked last' },
  { column: 'anonHugePages', term: 'Huge pages', what: 'Transparent huge pages of anonymous memory' },
  { column: 'shmemHuge', term: 'Huge, shared', what: 'Huge pages of shared memory' },
  { column: 'fileHuge', term: 'Huge, file', what: 'Huge pages of files' },
  { column: 'sharedHugetlb', term: 'hugetlbfs, shared', what: 'Huge pages of hugetlbfs that others map as well; not counted in RSS' },
  { column: 'privateHugetlb', term: 'hugetlbfs', what: 'Huge pages of hugetlbfs; not counted in RSS' },
  { column: 'locked', term: 'Locked', what: 'Kept in memory by mlock' },
  { column: 'lazyFree', term: 'Lazily freed', what: 'Given back by MADV_FREE; goes when memory is short' },
];

/** The figures of a mapping as lines, of that part of it which they are told of. What is nothing, or not told by this kernel, is left out but for the first ones. */
export function regionFigures(joined: JoinedFigures, { bounds }: Intervals, index: number): Figure[] {
  const sizeKb = (((bounds[index + 1] ?? 0) - (bounds[index] ?? 0)) * PAGE_SIZE) / 1024;
  return LINES.filter(({ column, always }) => always === true || joined.kb(index, [column]) > 0).map(({ column, term, what }) => {
    const kb = joined.kb(index, [column]);
    const told = joined.told(index, [column]);
    const word = FIGURE_COLUMNS.find(([name]) => name === column)?.[1] ?? '';
    const isKnown = told === Told.part || told === Told.whole;
    const least = told === Told.part ? 'at least ' : '';
    return {
      id: `smaps-${column}`,
      term,
      value: toldText(kb, told),
      share: column === 'rss' && told === Told.whole ? formatPercent(kb, sizeKb) : '',
      bar: column === 'rss' ? (isKnown ? kb / sizeKb : 0) : null,
      source: isKnown ? `${what}; ${least}${formatCount(kb)} KB, ${word} of /proc/PID/smaps` : `${what}; this kernel does not tell it`,
    };
  });
}

/** Why less is told of a mapping than of others; '' where all is. */
export function figuresRemark(joined: JoinedFigures, { bounds, row }: Intervals, index: number): string {
  const pages = (bounds[index + 1] ?? 0) - (bounds[index] ?? 0);
  const untold = joined.untoldPages(index);
  if ((row[index] ?? -1) < 0 || untold === 0) return '';
  if (untold === pages) return 'Changed since the figures were read: what it has in memory is not known.';
  return `Changed since the figures were read: they are of ${formatPages(pages - untold)} of its ${formatPages(pages)}.`;
}
