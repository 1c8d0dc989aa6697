import type { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import type { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';

/** A column of the table: head, cells, order, width. */
export interface TableColumn<Key extends string = string> {
  readonly key: Key;
  readonly text: string;
  /** Explains a short title. */
  readonly hint: string;
  /** CSS px needed by its cells; the minimum for one that grows. */
  readonly widthPx: number;
  /** Its share of the room that is left, as in CSS (fr). */
  readonly grow?: number;
  /** Rank when room is scarce: the lowest is kept first. Ranks are distinct. */
  readonly keepAt: number;
  readonly right: boolean;
  readonly mono: boolean;
  /** Order after the first click on its head. */
  readonly first: 'asc' | 'desc';
  /** A cell as text; '' if there is no value. */
  readonly cell: (view: IntervalView, figures: JoinedFigures | null, uses: Uses | null) => string;
  /** Whole numbers from 0 to sort by; 0 for rows without a value. Asked of every row, so it reads the arrays. */
  readonly sortKey: (intervals: Intervals, figures: MappingFigures | null, uses: Uses | null) => (index: number) => number;
  /** Bits 32 to 63 of a key too wide for a double; `sortKey` then has the bits below. */
  readonly sortHigh?: (intervals: Intervals) => (index: number) => number;
}
