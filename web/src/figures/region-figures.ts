import type { Intervals } from '@procmap/shared/intervals.ts';
import { type JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import { FIGURE_COLUMNS, type FigureColumn, IN_MEMORY } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { formatCount, formatPages, formatPercent } from '@procmap/shared/units.ts';
import type { Figure } from './figures.ts';
import { toldText } from '../regions/told-text.ts';

interface Line {
  /** '': all memory in RAM. */
  readonly column: FigureColumn | '';
  readonly term: string;
  readonly what: string;
  readonly always?: true;
}

/** The figures of a mapping, in this order; those with `always` are shown even if 0. */
const LINES: readonly Line[] = [
  {
    column: '',
    term: 'In memory',
    what: 'Its pages in memory that are mapped here, shared or not; more pages of a file may be in the page cache',
    always: true,
  },
  { column: 'rss', term: 'RSS', what: 'In memory without pages of hugetlbfs' },
  { column: 'pss', term: 'PSS', what: 'Each page in memory divided by the number of its mappings, without pages of hugetlbfs', always: true },
  { column: 'privateDirty', term: 'Private, dirty', what: 'Mapped only here, and written to' },
  { column: 'privateClean', term: 'Private, clean', what: 'Mapped only here, and not written to' },
  { column: 'sharedDirty', term: 'Shared, dirty', what: 'Also mapped elsewhere, and written to' },
  { column: 'sharedClean', term: 'Shared, clean', what: 'Also mapped elsewhere, and not written to' },
  { column: 'swap', term: 'Swapped', what: 'Written to swap space', always: true },
  { column: 'swapPss', term: 'Swapped, PSS', what: 'Swapped memory divided by the number of its users' },
  { column: 'anonymous', term: 'Anonymous', what: 'Without a file, including copies of file pages that were written to' },
  { column: 'referenced', term: 'Referenced', what: 'Recently used, as marked by the kernel' },
  { column: 'anonHugePages', term: 'Huge pages', what: 'Transparent huge pages of anonymous memory' },
  { column: 'shmemHuge', term: 'Huge, shared', what: 'Huge pages of shared memory' },
  { column: 'fileHuge', term: 'Huge, file', what: 'Huge pages of files' },
  { column: 'sharedHugetlb', term: 'hugetlbfs, shared', what: 'Huge pages of hugetlbfs that are also mapped elsewhere; not counted in RSS' },
  { column: 'privateHugetlb', term: 'hugetlbfs', what: 'Huge pages of hugetlbfs; not counted in RSS' },
  { column: 'locked', term: 'Locked', what: 'Locked in memory by mlock' },
  { column: 'lazyFree', term: 'Lazily freed', what: 'Freed by MADV_FREE; reclaimed when memory is low' },
];

/**
 * The figures of a mapping as lines, for the part with known figures. Zero and unknown values are omitted, except the
 * first ones.
 */
export function regionFigures(joined: JoinedFigures, { bounds }: Intervals, index: number): Figure[] {
  const sizeKb = ((bounds[index + 1] ?? 0) - (bounds[index] ?? 0)) * KB_OF_PAGE;
  const all = joined.kb(index, IN_MEMORY);
  return LINES.filter(({ column, always }) => {
    if (always === true || column === '') return true;
    const kb = joined.kb(index, [column]);
    // Equal to all memory in RAM if there are no pages of hugetlbfs.
    return kb > 0 && (column !== 'rss' || kb !== all);
  }).map(({ column, term, what }) => {
    const columns = column === '' ? IN_MEMORY : [column];
    const kb = joined.kb(index, columns);
    const told = joined.toldOf(index, kb);
    const words = FIGURE_COLUMNS.filter(([name]) => columns.includes(name)).map(([, word]) => word);
    const [word, others] = [words.at(-1) ?? '', words.slice(0, -1).join(', ')];
    const isKnown = told === Told.part || told === Told.whole;
    const least = told === Told.part ? 'at least ' : '';
    return {
      id: `smaps-${column === '' ? 'in-memory' : column}`,
      term,
      value: toldText(kb, told),
      share: column === '' && told === Told.whole ? formatPercent(kb, sizeKb) : '',
      bar: column === '' ? (isKnown ? kb / sizeKb : 0) : null,
      source: isKnown
        ? `${what}; ${least}${formatCount(kb)} KB, ${others === '' ? '' : `${others} and `}${word} of /proc/PID/smaps`
        : `${what}; not reported by this kernel`,
    };
  });
}

/** Why a mapping has fewer figures than others; '' if they are complete. Either the map or the figures may be older. */
export function figuresRemark(joined: JoinedFigures, { bounds, row }: Intervals, index: number): string {
  const pages = (bounds[index + 1] ?? 0) - (bounds[index] ?? 0);
  const untold = joined.untoldPages(index);
  if ((row[index] ?? -1) < 0 || untold === 0) return '';
  if (untold === pages) return 'No figures: this mapping changed between the two reads.';
  return `The figures cover ${formatPages(pages - untold)} of its ${formatPages(pages)}: it changed between the two reads.`;
}
