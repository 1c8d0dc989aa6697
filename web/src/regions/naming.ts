import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Names } from '@procmap/shared/names.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { kindLabel, unmappedWords } from '@procmap/shared/words.ts';

const ANONYMOUS = 'anonymous';

/** Name i as it may be shown; 'anonymous' for the empty one. */
export function nameText(names: Names, index: number): string {
  return shownName(names, index) || ANONYMOUS;
}

/** The last part of a path; other names as they are. ` (deleted)` stays. */
export function baseName(name: string): string {
  return (name.startsWith('/') && name.slice(name.lastIndexOf('/') + 1)) || name;
}

/** What the page tables of the kernel map, but nobody names. */
export const NO_REGION = 'in no known region';

/** What an interval is called. */
export function intervalName(intervals: Intervals, i: number): string {
  const { is, kind, name } = new IntervalView(intervals, i);
  if (is === 'empty') return unmappedWords(kind)?.drawn ?? kindLabel(kind);
  return name || (is === 'mapping' ? ANONYMOUS : NO_REGION);
}

/** The name of an interval, or what it is where it has none. */
export function titleOf(intervals: Intervals, index: number): string {
  const view = new IntervalView(intervals, index);
  return view.hasName ? view.name : kindLabel(view.kind);
}
