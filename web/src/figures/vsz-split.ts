import type { Intervals } from '@procmap/shared/intervals.ts';
import { JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import { type FigureColumn, IN_MEMORY, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { KB_OF_PAGE } from '@procmap/shared/page.ts';
import { isNoAccess } from '@procmap/shared/perms.ts';
import type { Summary } from '@procmap/shared/figures/summary.ts';
import { formatBytes, formatCount, formatPercent } from '@procmap/shared/units.ts';
import type { Figure } from './figures.ts';
import { isMapped } from '../regions/mapped.ts';
import { toldText } from '../regions/told-text.ts';

/** Split of all mapped memory in KiB: the parts add up to the whole. */
export interface VszSplit {
  readonly whole: number;
  /** Mappings without any access, neither in memory nor swapped. */
  readonly reserved: number;
  /** The same for mappings with access. */
  readonly untouched: number;
  readonly inMemory: number;
  readonly swapped: number;
  /** Memory without figures, with access and without. */
  readonly untold: number;
  readonly untoldNoAccess: number;
}

/**
 * The split before figures are read: all unknown. Uses the summary made in the worker, so that a large map does not
 * delay the page.
 */
export function vszUnread({ mappedPages, noAccessPages }: Summary): VszSplit {
  const [whole, untoldNoAccess] = [KB_OF_PAGE * mappedPages, KB_OF_PAGE * noAccessPages];
  return { whole, reserved: 0, untouched: 0, inMemory: 0, swapped: 0, untold: whole - untoldNoAccess, untoldNoAccess };
}

const SWAP: readonly FigureColumn[] = ['swap'];

/** Splits the mapped memory by the figures of smaps. */
export function vszSplit(intervals: Intervals, figures: MappingFigures): VszSplit {
  const { length, bounds, row, table } = intervals;
  const joined = JoinedFigures.of(intervals, figures);
  const split = { whole: 0, reserved: 0, untouched: 0, inMemory: 0, swapped: 0, untold: 0, untoldNoAccess: 0 };
  for (let i = 0; i < length; i++) {
    if (!isMapped(intervals, i)) continue;
    const size = KB_OF_PAGE * ((bounds[i + 1] ?? 0) - (bounds[i] ?? 0));
    const isReserved = isNoAccess(table.perms[row[i] ?? 0] ?? 0);
    const [inMemory, swapped] = [joined.kb(i, IN_MEMORY), joined.kb(i, SWAP)];
    split.whole += size;
    const untold = Number.isNaN(inMemory + swapped) ? size : KB_OF_PAGE * joined.untoldPages(i);
    split[isReserved ? 'untoldNoAccess' : 'untold'] += untold;
    if (untold === size) continue;
    split.inMemory += inMemory;
    split.swapped += swapped;
    split[isReserved ? 'reserved' : 'untouched'] += size - untold - inMemory - swapped;
  }
  return split;
}

/** The split as lines of the statistics. */
export function vszFigures(split: VszSplit): Figure[] {
  const { whole, reserved, untouched, inMemory, swapped, untold, untoldNoAccess } = split;
  const allUntold = untold + untoldNoAccess;
  const line = (id: string, term: string, kb: number, value: string, isKnown: boolean, what: string): Figure => ({
    id,
    term,
    value,
    share: isKnown && whole > 0 ? formatPercent(kb, whole) : '',
    bar: whole > 0 ? kb / whole : 0,
    source: value === '–' ? what : `${what}; ${isKnown ? '' : 'at least '}${formatCount(kb)} KB`,
  });
  const told = allUntold === 0 ? Told.whole : allUntold === whole ? Told.unknown : Told.part;
  const part = (id: string, term: string, kb: number, what: string): Figure => line(id, term, kb, toldText(kb, told), told === Told.whole, what);
  const most = reserved + untoldNoAccess;
  const isSure = untoldNoAccess === 0;
  return [
    {
      ...line('vsz-reserved', 'Reserved', most, `${isSure ? '' : '≤ '}${formatBytes(most * 1024)}`, isSure, ''),
      source: `Mapped without any access (---), and not in memory; ${isSure ? '' : 'at most '}${formatCount(most)} KB`,
    },
    part('vsz-untouched', 'Untouched', untouched, 'Neither in memory nor swapped: never touched, freed, or not loaded from its file'),
    part('vsz-in-memory', 'In memory', inMemory, 'Rss of all mappings and pages of hugetlbfs, by /proc/PID/smaps'),
    part('vsz-swapped', 'Swapped', swapped, 'Written to swap space, by Swap of /proc/PID/smaps'),
    line('vsz-untold', 'Not known', allUntold, formatBytes(allUntold * 1024), true, 'Mappings without figures: not read yet, or changed since'),
  ];
}
