import type { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';

/** A column of the table: its head, its cells, its order, its room. */
export interface TableColumn<Key extends string = string> {
  readonly key: Key;
  readonly text: string;
  /** For readers to whom the short word says too little. */
  readonly hint: string;
  /** CSS px that its cells need; of the name the least. */
  readonly widthPx: number;
  /** Place in the queue for room: the lowest first. No two columns have the same. */
  readonly keepAt: number;
  readonly right: boolean;
  readonly mono: boolean;
  /** Order of the first click on its head. */
  readonly first: 'asc' | 'desc';
  /** A cell as text; '' for what there is not. */
  readonly cell: (intervals: Intervals, index: number, figures: JoinedFigures | null) => string;
  /** Whole numbers from 0 to sort by; rows without a value have 0. */
  readonly sortKey: (intervals: Intervals, figures: MappingFigures | null) => (index: number) => number;
  /** Bits 32 to 63 of the key where it is wider than a double is exact; `sortKey` is then what lies below. */
  readonly sortHigh?: (intervals: Intervals) => (index: number) => number;
}

/** Columns up to this place come as soon as they fit; the others only where names have room already. */
export const ESSENTIAL = 80;
