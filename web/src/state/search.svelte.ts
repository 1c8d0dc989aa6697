import type { Intervals } from '@procmap/shared/intervals.ts';
import { findHits, parseQuery, type Query } from './query.ts';
import type { PageRange } from './selection.svelte.ts';

/** Beyond so many, marks on the diagram say nothing any more. */
const MOST_MARKS = 20_000;

/** The search box: what was typed, what it means, and what it finds in the map of the moment. */
export class Search {
  readonly #intervals: () => Intervals | null;
  #text = $state.raw('');
  /** First page of the hit that we are at: an address stays true when rows come and go. */
  #atPage = $state.raw<number | null>(null);

  constructor(intervals: () => Intervals | null) {
    this.#intervals = intervals;
  }

  readonly query: Query = $derived(parseQuery(this.#text));

  /** Indexes of intervals, descending by address. */
  readonly hits: Uint32Array = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null ? new Uint32Array() : findHits(this.query, intervals);
  });

  /** Place of the current hit in `hits`, or -1. */
  readonly position: number = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null || this.#atPage === null ? -1 : this.hits.findIndex((index) => intervals.bounds[index] === this.#atPage);
  });

  /** What to mark on the diagram, ascending by address. */
  readonly marks: readonly PageRange[] = $derived.by(() => {
    const { query } = this;
    if (query.type === 'address') {
      const endPage = query.end === null ? query.start.page + 1 : Math.max(query.start.page + 1, query.end.page + (query.end.byte > 0 ? 1 : 0));
      return [{ startPage: query.start.page, endPage }];
    }
    const intervals = this.#intervals();
    if (intervals === null || this.hits.length > MOST_MARKS) return [];
    return Array.from(this.hits, (index) => ({ startPage: intervals.bounds[index] ?? 0, endPage: intervals.bounds[index + 1] ?? 0 })).reverse();
  });

  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#text = text;
    this.#atPage = null;
  }

  clear(): void {
    this.text = '';
  }

  /** Goes `step` hits on, around the ends; -1 when there is none. Returns the interval. */
  move(step: 1 | -1): number {
    const count = this.hits.length;
    const intervals = this.#intervals();
    if (count === 0 || intervals === null) return -1;
    const from = this.position;
    const next = from < 0 ? (step > 0 ? 0 : count - 1) : (from + step + count) % count;
    const index = this.hits[next] ?? -1;
    this.#atPage = intervals.bounds[index] ?? null;
    return index;
  }
}
