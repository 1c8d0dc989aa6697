import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import { lastAtMost } from './bisect.ts';

/**
 * Runs: neighbouring mappings of one identity (the five mappings of a library; hundreds of anonymous ones of V8) with
 * the gaps between them; in the kernel half, the mapped ranges of one region. Every mapping is in exactly one run; runs
 * are ascending and disjoint.
 */
export interface Runs {
  readonly length: number;
  /** Run r is the intervals [first[r], end[r]); both its first and its last are mappings. */
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** Mappings in the run, at least 1. */
  readonly mappings: Uint32Array;
  /** Pages mapped in it; its span is bounds[end] - bounds[first]. */
  readonly mappedPages: Float64Array;
}

/** 1 GiB: gaps of this size separate clusters, and also runs where they stand out. */
export const LARGE_GAP_PAGES = 2 ** 18;
/** A gap this many times larger than the fourth largest of the run stands out and ends the run. */
const FAR_LARGER = 32;

/**
 * True for two mappings of the same file, two anonymous ones with the same name, and two parts of one kernel region.
 * `fileOf`: file number of each row.
 */
export function sameIdentity({ row, part, kernel }: Intervals, fileOf: Uint32Array, i: number, j: number): boolean {
  const a = row[i] ?? -1;
  const b = row[j] ?? -1;
  if (a < 0 || b < 0) return a === b && kernel.region[part[i] ?? -1] === kernel.region[part[j] ?? -1];
  return fileOf[a] === fileOf[b];
}

/** Collects runs: allocated for the worst case once, cut to length at the end. */
export class RunBuilder {
  #length = 0;
  readonly #first: Uint32Array;
  readonly #end: Uint32Array;
  readonly #mappings: Uint32Array;
  readonly #mappedPages: Float64Array;
  readonly #intervals: Intervals;
  readonly #fileOf: Uint32Array;

  constructor(intervals: Intervals) {
    const most = intervals.table.length + intervals.kernel.length;
    this.#intervals = intervals;
    this.#fileOf = mappedFiles(intervals.table).of;
    this.#first = new Uint32Array(most);
    this.#end = new Uint32Array(most);
    this.#mappings = new Uint32Array(most);
    this.#mappedPages = new Float64Array(most);
  }

  /**
   * Adds the runs within intervals [from, to). Call with ascending, disjoint ranges: runs do not cross their bounds.
   * O(to - from).
   */
  add(from: number, to: number): void {
    let i = from;
    while (i < to) {
      if (!isFilled(this.#intervals, i)) i++;
      else i = this.#addChain(i, to);
    }
  }

  finish(): Runs {
    const n = this.#length;
    return {
      length: n,
      first: this.#first.slice(0, n),
      end: this.#end.slice(0, n),
      mappings: this.#mappings.slice(0, n),
      mappedPages: this.#mappedPages.slice(0, n),
    };
  }

  /**
   * A chain is all consecutive mappings of one identity from interval `from`; gaps that stand out split it, three at
   * most.
   */
  #addChain(from: number, to: number): number {
    const limit = Math.max(LARGE_GAP_PAGES - 1, FAR_LARGER * this.#fourthLargestGap(from, to));
    const { bounds } = this.#intervals;
    this.#open(from);
    let last = from;
    for (;;) {
      const next = this.#nextMember(last, to);
      if (next < 0) break;
      if ((bounds[next] ?? 0) - (bounds[last + 1] ?? 0) > limit) {
        this.#end[this.#length - 1] = last + 1;
        this.#open(next);
      } else this.#count(next);
      last = next;
    }
    this.#end[this.#length - 1] = last + 1;
    return last + 1;
  }

  #open(interval: number): void {
    this.#first[this.#length++] = interval;
    this.#count(interval);
  }

  #count(interval: number): void {
    const { bounds } = this.#intervals;
    const run = this.#length - 1;
    this.#mappings[run] = (this.#mappings[run] ?? 0) + 1;
    this.#mappedPages[run] = (this.#mappedPages[run] ?? 0) + (bounds[interval + 1] ?? 0) - (bounds[interval] ?? 0);
  }

  /** The next mapping, if it has the same identity as interval `last` and only a gap lies between; else -1. */
  #nextMember(last: number, to: number): number {
    const { kind } = this.#intervals;
    let next = last + 1;
    while (next < to && !isFilled(this.#intervals, next) && (kind[next] === Kind.gap || kind[next] === Kind.unknown)) next++;
    return next < to && isFilled(this.#intervals, next) && sameIdentity(this.#intervals, this.#fileOf, last, next) ? next : -1;
  }

  /**
   * V8 scatters its mappings over 128 TB: many gaps there have about the same size, and none should be a border. So at
   * most three gaps are borders, compared to the fourth largest; a single mapping more or less hardly changes that. 0
   * if there are fewer gaps.
   */
  #fourthLargestGap(from: number, to: number): number {
    const { bounds } = this.#intervals;
    let a = 0; // a >= b >= c >= d: the four largest so far
    let b = 0;
    let c = 0;
    let d = 0;
    let last = from;
    for (let next = this.#nextMember(last, to); next >= 0; next = this.#nextMember(last, to)) {
      const gap = (bounds[next] ?? 0) - (bounds[last + 1] ?? 0);
      last = next;
      if (gap <= d) continue;
      if (gap > a) [a, b, c, d] = [gap, a, b, c];
      else if (gap > b) [b, c, d] = [gap, b, c];
      else if (gap > c) [c, d] = [gap, c];
      else d = gap;
    }
    return d;
  }
}

/** Index of the run that holds `interval`, or -1 when it lies between runs. */
export function runAt(runs: Runs, interval: number): number {
  const run = lastAtMost(runs.first, 0, runs.length - 1, interval);
  return (runs.first[run] ?? Infinity) <= interval && interval < (runs.end[run] ?? 0) ? run : -1;
}
