import type { Intervals } from '@procmap/shared/intervals.ts';
import { formatCount } from '@procmap/shared/units.ts';
import { type Show, type ShownIntervals, shownIntervals } from '../axis/hierarchy.ts';
import { locate, type Located } from '@procmap/shared/places/locate.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { type LocatedWords, locatedWords } from './located.ts';
import { findMatches, missingFor, type Query, readQuery } from './query.ts';
import { type AddressQuery, isEmpty } from '@procmap/shared/places/address-query.ts';
import { hitsOf } from './query-match.ts';
import { regionAround } from './query-region.ts';
import { hasTerms, toggleTerms } from './query-toggle.ts';
import type { PageRange } from '../regions/page-range.ts';

const ONE_BYTE = { page: 0, byte: 1 };

/** The search box: what was typed, what it means, and what it finds in the map of the moment. */
export class Search {
  readonly #intervals: () => Intervals | null;
  readonly #figures: () => MappingFigures | null;
  readonly #show: () => Show;
  #text = $state.raw('');
  /** First page of the hit that we are at: an address stays true when rows come and go. */
  #atPage = $state.raw<number | null>(null);

  /** `figures`: of all mappings, where somebody has read them; `show`: which half is to be seen. */
  constructor(intervals: () => Intervals | null, figures: () => MappingFigures | null = () => null, show: () => Show = () => 'both') {
    this.#intervals = intervals;
    this.#figures = figures;
    this.#show = show;
  }

  readonly query: Query = $derived.by(() => readQuery(this.#text, this.#intervals()));

  /** The intervals of the half that is shown: what is found lies there. */
  readonly shown: ShownIntervals = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null ? { first: 0, end: 0 } : shownIntervals(intervals, this.#show());
  });

  /** One byte for each interval, also of what is not shown: 1 where it matches. null: nothing is filtered. */
  readonly matches: Uint8Array | null = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null ? null : findMatches(this.query, intervals, this.#figures());
  });

  /** Indexes of intervals, descending by address. */
  readonly hits: Uint32Array = $derived(this.matches === null ? new Uint32Array() : hitsOf(this.matches, this.shown));

  /** What is found in the half that is not shown: a sentence, or ''. */
  readonly elsewhere: string = $derived.by(() => {
    const all = this.matches === null || this.#show() === 'both' ? 0 : hitsOf(this.matches).length;
    const others = all - this.hits.length;
    if (others === 0) return '';
    const half = `the ${this.#show()} half`;
    return `${others === 1 ? '1 match is' : `${formatCount(others)} matches are`} outside ${half}; only ${half} is shown.`;
  });

  /** Why nothing can be found, and what to write or do; '' while all is well. */
  readonly problem: string = $derived.by(() => (this.query.type === 'wrong' ? this.query.problem : missingFor(this.query, this.#figures())));

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
    if (query.type !== 'terms' || query.address === undefined || isEmpty(query.address)) return null;
    const words = locatedWords(query.address, find(query.address, intervals), intervals);
    return { ...words, before: `As an address, ${marked(this.#text.trim().toLowerCase())}: ${words.before}` };
  });

  /** The range that was searched for by its address: to be marked on the diagram. */
  readonly marks: readonly PageRange[] = $derived(this.query.type === 'address' && this.located !== null ? [touchedPages(this.located)] : []);

  get figures(): MappingFigures | null {
    return this.#figures();
  }

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

  /** True when the terms (`kind:heap`, `name=""`, several with blanks between) are part of what is searched for. */
  hasTerm(term: string): boolean {
    return hasTerms(this.#text, term);
  }

  /** Takes them into the search, or out of it. */
  toggleTerm(term: string): void {
    this.text = toggleTerms(this.#text, term);
  }

  /** The pages of the region of the kernel that is meant where a piece of it is found; null for all else. */
  regionOf(index: number): PageRange | null {
    const intervals = this.#intervals();
    return intervals === null || this.query.type !== 'terms' ? null : regionAround(this.query.terms, intervals, index);
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
export function touchedPages({ start, end }: Located): PageRange {
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
