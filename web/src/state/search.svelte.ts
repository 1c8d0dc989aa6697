import type { Intervals } from '@procmap/shared/intervals.ts';
import { locate, type Located } from '@procmap/shared/locate.ts';
import { type LocatedWords, locatedWords } from './located.ts';
import { type AddressQuery, findHits, isEmpty, type Query, readQuery } from './query.ts';
import type { PageRange } from './selection.svelte.ts';

/** Beyond so many, marks on the diagram say nothing any more. */
const MOST_MARKS = 20_000;

const ONE_BYTE = { page: 0, byte: 1 };

/** The search box: what was typed, what it means, and what it finds in the map of the moment. */
export class Search {
  readonly #intervals: () => Intervals | null;
  #text = $state.raw('');
  /** First page of the hit that we are at: an address stays true when rows come and go. */
  #atPage = $state.raw<number | null>(null);

  constructor(intervals: () => Intervals | null) {
    this.#intervals = intervals;
  }

  readonly query: Query = $derived.by(() => readQuery(this.#text, this.#intervals()));

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

  /** What an address, or a range of them, lies in; null when none was typed, or it is nowhere. */
  readonly located: Located | null = $derived.by(() => {
    const { query } = this;
    const intervals = this.#intervals();
    return query.type !== 'address' || intervals === null ? null : find(query, intervals);
  });

  /** The same in words; null when nothing was typed that is, or could be, an address. */
  readonly answer: LocatedWords | null = $derived.by(() => {
    const { query } = this;
    const intervals = this.#intervals();
    if (intervals === null) return null;
    if (query.type === 'address') return locatedWords(query, this.located, intervals);
    if (query.type !== 'text' || query.address === undefined) return null;
    const words = locatedWords(query.address, find(query.address, intervals), intervals);
    return { ...words, before: `As an address, ${marked(query.text)}: ${words.before}` };
  });

  /** What to mark on the diagram, ascending by address. */
  readonly marks: readonly PageRange[] = $derived.by(() => {
    if (this.query.type === 'address') return this.located === null ? [] : [pagesOf(this.located)];
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

/** The pages that a range touches. */
export function pagesOf({ start, end }: Located): PageRange {
  return { startPage: start.page, endPage: end.page + (end.byte > 0 ? 1 : 0) };
}

function find(query: AddressQuery, intervals: Intervals): Located | null {
  return isEmpty(query) ? null : locate(intervals, query.start, query.length ?? ONE_BYTE);
}

/** `20240101` as `0x20240101`, by which it is an address for certain; of a range both ends. */
function marked(hex: string): string {
  return hex
    .split('-')
    .map((end) => `0x${end.trim()}`)
    .join('-');
}
