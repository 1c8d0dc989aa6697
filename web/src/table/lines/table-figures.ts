import { JoinedFigures, Told } from '@procmap/shared/figures/joined-figures.ts';
import { type FigureColumn, HUGETLB, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { toldText } from '../../regions/told-text.ts';
import type { TableColumn } from './table-column.ts';

/** A figure of smaps with a column, a sum in each group and a sum over all rows. */
interface TableFigure {
  readonly key: string;
  readonly text: string;
  readonly hint: string;
  readonly keepAt: number;
  /** Columns of smaps that are added up. */
  readonly parts: readonly FigureColumn[];
  /** Shown only if a process has any. */
  readonly isRare?: true;
}

/** In display order. */
export const TABLE_FIGURES = [
  { key: 'rss', text: 'RSS', hint: 'in memory, without pages of hugetlbfs', keepAt: 60, parts: ['rss'] },
  { key: 'hugetlb', text: 'hugetlb', hint: 'pages of hugetlbfs in memory', keepAt: 70, parts: HUGETLB, isRare: true },
  { key: 'pss', text: 'PSS', hint: 'in memory, proportional share, without pages of hugetlbfs', keepAt: 90, parts: ['pss'] },
  { key: 'swap', text: 'Swap', hint: 'swapped out', keepAt: 100, parts: ['swap'] },
] as const satisfies readonly TableFigure[];

export type FigureKey = (typeof TABLE_FIGURES)[number]['key'];

export const FIGURE_KEYS: readonly FigureKey[] = TABLE_FIGURES.map(({ key }) => key);

export function isFigure(key: string): key is FigureKey {
  return (FIGURE_KEYS as readonly string[]).includes(key);
}

/** The figures with columns: none if they were not read. */
export function shownFigures(figures: MappingFigures | null): (typeof TABLE_FIGURES)[number][] {
  if (figures === null) return [];
  return TABLE_FIGURES.filter((figure) => !('isRare' in figure) || figure.parts.some((column) => figures[column].some((kb) => kb > 0)));
}

/**
 * Sort key of an amount in whole KiB: rows without one come before those with an unknown amount, and these before 0.
 */
export function amountRank(kb: number, told: number): number {
  return told === Told.nothing ? 0 : told === Told.unknown ? 1 : 2 + kb;
}

function figureColumn({ key, text, hint, keepAt, parts }: (typeof TABLE_FIGURES)[number]): TableColumn<FigureKey> {
  return {
    key,
    text,
    hint,
    widthPx: 68,
    keepAt,
    right: true,
    mono: false,
    first: 'desc',
    cell({ index }, figures) {
      if (figures === null) return '';
      const kb = figures.kb(index, parts);
      return toldText(kb, figures.toldOf(index, kb));
    },
    sortKey(intervals, figures) {
      if (figures === null) return () => 0;
      const joined = JoinedFigures.of(intervals, figures);
      return (i) => {
        const kb = joined.kb(i, parts);
        return amountRank(kb, joined.toldOf(i, kb));
      };
    },
  };
}

export const FIGURE_COLUMNS: readonly TableColumn<FigureKey>[] = TABLE_FIGURES.map(figureColumn);
