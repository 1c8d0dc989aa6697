import type { Intervals } from '@procmap/shared/intervals.ts';
import { KINDS } from '@procmap/shared/kind.ts';
import { type Classes, count, kindClass } from './classes.ts';

const LIST = KINDS.map((_, kind) => kindClass(kind));

/** Colours each interval by its kind. */
export function classesByKind(intervals: Intervals): Classes {
  return count('kind', intervals, LIST, intervals.kind);
}
