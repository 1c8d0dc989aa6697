import { kindsOf } from '@procmap/shared/kind.ts';
import { KERNEL_HALF } from '@procmap/shared/words.ts';
import { type Classes, type ColourClass, UNMAPPED } from '../colour/classes.ts';
import { COLOURINGS } from '../colour/colourings.ts';

/** A row of the legend: a colour class that occurs, with its count and total size. */
export interface LegendRow extends ColourClass {
  readonly count: number;
  readonly pages: number;
}

export interface LegendGroup {
  readonly title: string;
  readonly rows: readonly LegendRow[];
}

const EMPTY = kindsOf('empty');
const KERNEL = kindsOf('kernel');

/**
 * The classes that occur, in groups: mapped memory (files: largest first); unmapped space; the kernel half, if
 * colouring by kind.
 */
export function legendGroups({ colouring, list, counts, pages }: Classes): readonly LegendGroup[] {
  const rows = list.flatMap((each, at) => (each === undefined || counts[at] === 0 ? [] : [{ ...each, at, count: counts[at] ?? 0, pages: pages[at] ?? 0 }]));
  const isUnmapped = (at: number): boolean => (colouring === 'kind' ? EMPTY.includes(at) : at < UNMAPPED.length);
  const isKernel = (at: number): boolean => colouring === 'kind' && KERNEL.includes(at);
  const mapped = rows.filter(({ at }) => !isUnmapped(at) && !isKernel(at));
  const { legendTitle, largestFirst } = COLOURINGS[colouring];
  if (largestFirst) mapped.sort((a, b) => b.pages - a.pages);
  const groups = [
    { title: legendTitle, rows: mapped },
    { title: 'Not mapped', rows: rows.filter(({ at }) => isUnmapped(at)) },
    { title: KERNEL_HALF, rows: rows.filter(({ at }) => isKernel(at)) },
  ];
  return groups.filter((group) => group.rows.length > 0);
}
