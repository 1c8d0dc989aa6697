import { type Intervals, spaceOf } from '@procmap/shared/intervals.ts';
import { shownDigits } from '@procmap/shared/layout.ts';
import { formatAddress } from '@procmap/shared/page.ts';
import { isWriteExec, permsText, typeText } from '@procmap/shared/perms.ts';
import { deviceText, inodeText } from '@procmap/shared/region.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { formatCount, formatPages } from '@procmap/shared/units.ts';
import { kindLabel, kindSentence, permsWords, typeWords } from '@procmap/shared/words.ts';

/** A file behind a mapping. */
export interface Backing {
  readonly offset: string;
  readonly offsetPages: number;
  readonly inode: string;
  readonly device: string;
}

/** Everything that the inspector says about one interval, as text. */
export interface Details {
  readonly index: number;
  readonly startPage: number;
  readonly endPage: number;
  /** Visibly escaped; of what has no name, its kind. */
  readonly title: string;
  readonly kind: number;
  readonly kindLabel: string;
  readonly sentence: string;
  readonly space: 'user' | 'kernel' | 'none';
  readonly start: string;
  readonly end: string;
  readonly size: string;
  readonly pages: string;
  /** null for what is not mapped. */
  readonly perms: { readonly text: string; readonly words: string; readonly type: string; readonly alarm: boolean } | null;
  readonly backing: Backing | null;
  readonly above: Neighbour | null;
  readonly below: Neighbour | null;
}

/** An address inside of what is described: what was searched for, or what the pointer is over. */
export interface Spot {
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

/** The name of an interval, or what it is where it has none. */
export function titleOf(intervals: Intervals, index: number): string {
  const row = intervals.row[index] ?? -1;
  const name = row < 0 ? '' : shownName(intervals.table.names, intervals.table.name[row] ?? 0);
  return name === '' ? kindLabel(intervals.kind[index] ?? 0) : name;
}

function neighbour(intervals: Intervals, index: number): Neighbour | null {
  if (index < 0 || index >= intervals.length) return null;
  const size = (intervals.bounds[index + 1] ?? 0) - (intervals.bounds[index] ?? 0);
  return { index, title: titleOf(intervals, index), size: formatPages(size), kind: intervals.kind[index] ?? 0 };
}

export function describe(intervals: Intervals, index: number): Details {
  const { table, layout } = intervals;
  const row = intervals.row[index] ?? -1;
  const kind = intervals.kind[index] ?? 0;
  const startPage = intervals.bounds[index] ?? 0;
  const endPage = intervals.bounds[index + 1] ?? 0;
  const perms = table.perms[row] ?? 0;
  const inode = row < 0 ? '0' : inodeText(table, row);
  return {
    index,
    startPage,
    endPage,
    title: titleOf(intervals, index),
    kind,
    kindLabel: kindLabel(kind),
    sentence: kindSentence(kind),
    space: spaceOf(intervals, index),
    start: formatAddress(startPage, shownDigits(layout, startPage)),
    end: formatAddress(endPage, shownDigits(layout, endPage)),
    size: formatPages(endPage - startPage),
    pages: formatCount(endPage - startPage),
    perms: row < 0 ? null : { text: permsText(perms) + typeText(perms), words: permsWords(perms), type: typeWords(perms), alarm: isWriteExec(perms) },
    backing:
      inode === '0' ? null : { offset: formatAddress(table.offset[row] ?? 0, 1), offsetPages: table.offset[row] ?? 0, inode, device: deviceText(table, row) },
    above: neighbour(intervals, index + 1),
    below: neighbour(intervals, index - 1),
  };
}
