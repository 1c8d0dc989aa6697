import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind, KINDS, kindsOf, MAX_KINDS } from '@procmap/shared/kind.ts';
import { kindLabel, kindSentence } from '@procmap/shared/words.ts';

/** The property that colours show: kind, use, permissions, file, or share in memory. See colourings.ts. */
export type Colouring = 'kind' | 'use' | 'perms' | 'file' | 'residency';

/** Limited by the bits of a mask (axis/masks.ts). */
export const MAX_CLASSES = MAX_KINDS;

/** Intervals that are painted alike and share a row of the legend. */
export interface ColourClass {
  /** Machine word of the legend's row, for tests. */
  readonly id: string;
  readonly label: string;
  /** Its meaning. */
  readonly sentence: string;
  /** Custom property of tokens.css, without leading dashes. */
  readonly token: string;
  /** Index in PATTERNS (draw/paint/patterns.ts), which tells it apart without colours. */
  readonly pattern: number;
  /** Search term that finds its members; '' if there is none. */
  readonly term: string;
}

/** A colour class for each interval of a map. */
export interface Classes {
  readonly colouring: Colouring;
  /** Class of each interval, below MAX_CLASSES. */
  readonly of: Uint8Array;
  /** By class; undefined for unused numbers. */
  readonly list: readonly (ColourClass | undefined)[];
  /** Number of shown intervals in each class, and their pages. */
  readonly counts: Float64Array;
  readonly pages: Float64Array;
}

export function kindClass(kind: number): ColourClass {
  const name = KINDS[kind] ?? 'unknown';
  return { id: name, label: kindLabel(kind), sentence: kindSentence(kind), token: `kind-${name}`, pattern: kind, term: `kind:${name}` };
}

const UNMAPPED_KINDS = [...kindsOf('empty'), Kind.unknown];

/** The first classes of every colouring except kinds: empty space, then undescribed parts of the kernel half. */
export const UNMAPPED: readonly ColourClass[] = UNMAPPED_KINDS.map(kindClass);

const UNMAPPED_CLASS = Int8Array.from(KINDS, (_, kind) => UNMAPPED_KINDS.indexOf(kind));

/** The class of an unmapped interval, or -1 for a mapped one. */
export function unmappedClass(kind: number): number {
  return UNMAPPED_CLASS[kind] ?? -1;
}

/** Classifies all intervals by a function and counts them. O(intervals). */
export function classesOf(colouring: Colouring, intervals: Intervals, list: Classes['list'], classOf: (interval: number) => number): Classes {
  const of = new Uint8Array(intervals.length);
  for (let i = 0; i < of.length; i++) of[i] = classOf(i);
  return count(colouring, intervals, list, of);
}

/** The same for existing classes; counts only intervals [first, end). */
export function count(
  colouring: Colouring,
  { length, bounds, kind, layout }: Intervals,
  list: Classes['list'],
  of: Uint8Array,
  { first, end }: { readonly first: number; readonly end: number } = { first: 0, end: length },
): Classes {
  const counts = new Float64Array(MAX_CLASSES);
  const pages = new Float64Array(MAX_CLASSES);
  for (let i = first; i < end; i++) {
    const start = bounds[i] ?? 0;
    // Empty space in the kernel half is not counted: sparse regions are those of the user half.
    if (kind[i] === Kind.gap && start >= layout.kernelStart) continue;
    const at = of[i] ?? 0;
    counts[at] = (counts[at] ?? 0) + 1;
    pages[at] = (pages[at] ?? 0) + (bounds[i + 1] ?? 0) - start;
  }
  return { colouring, of, list, counts, pages };
}
