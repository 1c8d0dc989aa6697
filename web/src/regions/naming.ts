import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import { regionOf } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Names } from '@procmap/shared/names.ts';
import { shownName } from '@procmap/shared/shown-name.ts';
import { kindLabel } from '@procmap/shared/words.ts';

/** Name i as it may be shown; 'anonymous' for the empty one. */
export function nameText(names: Names, index: number): string {
  return shownName(names, index) || 'anonymous';
}

/** The last part of a path; other names as they are. ` (deleted)` stays. */
export function baseName(name: string): string {
  return (name.startsWith('/') && name.slice(name.lastIndexOf('/') + 1)) || name;
}

const UNMAPPED = new Map([
  [Kind.gap, 'sparse'],
  [Kind.null_trap, 'NULL trap'],
  [Kind.hole, 'non-canonical hole'],
  [Kind.beyond, 'out of reach'],
  [Kind.unknown, 'kernel half: not known'],
]);

/** What the page tables of the kernel map, but nobody names. */
export const NO_REGION = 'in no known region';

/** What an interval is called. */
export function intervalName(intervals: Intervals, i: number): string {
  const row = intervals.row[i] ?? -1;
  if (row >= 0) return nameText(intervals.table.names, intervals.table.name[row] ?? 0);
  if (!isFilled(intervals, i)) return UNMAPPED.get(intervals.kind[i] ?? 0) ?? 'sparse';
  return regionOf(intervals.kernel, intervals.part[i] ?? -1)?.name ?? NO_REGION;
}

/** The name of an interval, or what it is where it has none. */
export function titleOf(intervals: Intervals, index: number): string {
  const row = intervals.row[index] ?? -1;
  if (row < 0 && isFilled(intervals, index)) return regionOf(intervals.kernel, intervals.part[index] ?? -1)?.name ?? kindLabel(intervals.kind[index] ?? 0);
  const name = row < 0 ? '' : shownName(intervals.table.names, intervals.table.name[row] ?? 0);
  return name === '' ? kindLabel(intervals.kind[index] ?? 0) : name;
}
