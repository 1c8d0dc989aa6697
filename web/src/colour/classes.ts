import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind, KINDS, kindsOf, MAX_KINDS } from '@procmap/shared/kind.ts';
import { kindLabel, kindSentence } from '@procmap/shared/words.ts';

/** By what the picture is coloured: what a mapping is, what it permits, of which file it is, how much of it is in memory. See colourings.ts. */
export type Colouring = 'kind' | 'perms' | 'file' | 'residency';

/** As many as a mask has bits for (axis/masks.ts). */
export const MAX_CLASSES = MAX_KINDS;

/** What is painted alike, and told apart in the legend. */
export interface ColourClass {
  /** Machine word: of the legend's row, for tests. */
  readonly id: string;
  readonly label: string;
  /** What it means. */
  readonly sentence: string;
  /** Custom property of tokens.css, without its dashes. */
  readonly token: string;
  /** Index in PATTERNS (draw/patterns.ts): what tells it from others without any colour. */
  readonly pattern: number;
  /** What finds its members in the search; '' where nothing does. */
  readonly term: string;
}

/** A colour class for each interval of a map. */
export interface Classes {
  readonly colouring: Colouring;
  /** Of each interval, below MAX_CLASSES. */
  readonly of: Uint8Array;
  /** By class; undefined where there is none. */
  readonly list: readonly (ColourClass | undefined)[];
  /** Intervals of each class that are shown, and their pages. */
  readonly counts: Float64Array;
  readonly pages: Float64Array;
}

export function kindClass(kind: number): ColourClass {
  const name = KINDS[kind] ?? 'unknown';
  return { id: name, label: kindLabel(kind), sentence: kindSentence(kind), token: `kind-${name}`, pattern: kind, term: `kind:${name}` };
}

const UNMAPPED_KINDS = [...kindsOf('empty'), Kind.unknown];

/** The first classes of every colouring but that by kind: what is empty, then what nobody knows of the kernel's half. */
export const UNMAPPED: readonly ColourClass[] = UNMAPPED_KINDS.map(kindClass);

const UNMAPPED_CLASS = Int8Array.from(KINDS, (_, kind) => UNMAPPED_KINDS.indexOf(kind));

/** The unmapped class of an interval, or -1 for what is mapped. */
export function unmappedClass(kind: number): number {
  return UNMAPPED_CLASS[kind] ?? -1;
}

/** Classes of all intervals by a function of each; counts them. O(intervals). */
export function classesOf(colouring: Colouring, intervals: Intervals, list: Classes['list'], classOf: (interval: number) => number): Classes {
  const of = new Uint8Array(intervals.length);
  for (let i = 0; i < of.length; i++) of[i] = classOf(i);
  return count(colouring, intervals, list, of);
}

/** The same where the classes are there already; only intervals [first, end) are counted. */
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
    // What lies empty in the kernel's half is not counted: sparse regions are the process's.
    if (kind[i] === Kind.gap && start >= layout.kernelStart) continue;
    const at = of[i] ?? 0;
    counts[at] = (counts[at] ?? 0) + 1;
    pages[at] = (pages[at] ?? 0) + (bounds[i + 1] ?? 0) - start;
  }
  return { colouring, of, list, counts, pages };
}
