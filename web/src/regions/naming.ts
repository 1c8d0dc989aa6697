import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Names } from '@procmap/shared/text/names.ts';
import { IntervalView } from '@procmap/shared/regions/interval-view.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import { kindLabel, unmappedWords } from '@procmap/shared/words.ts';

const ANONYMOUS = 'anonymous';

/** Name i, escaped; 'anonymous' if it is empty. */
export function nameText(names: Names, index: number): string {
  return shownName(names, index) || ANONYMOUS;
}

/** The last part of a path, including ` (deleted)`; other names unchanged. */
export function baseName(name: string): string {
  return (name.startsWith('/') && name.slice(name.lastIndexOf('/') + 1)) || name;
}

/** Kernel mappings outside all named regions. */
export const NO_REGION = 'in no known region';

/** The name of an interval in the picture. */
export function intervalName(intervals: Intervals, i: number): string {
  const { is, kind, name } = new IntervalView(intervals, i);
  if (is === 'empty') return unmappedWords(kind)?.drawn ?? kindLabel(kind);
  return name || (is === 'mapping' ? ANONYMOUS : NO_REGION);
}

/** The name of an interval, or its kind if it has none. */
export function titleOf(intervals: Intervals, index: number): string {
  return new IntervalView(intervals, index).title;
}
