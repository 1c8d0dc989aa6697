import type { Intervals } from '@procmap/shared/intervals.ts';
import { formatCount } from '@procmap/shared/units.ts';
import { type Show, type ShownIntervals, shownIntervals } from '../axis/hierarchy.ts';
import { locate, type Located } from '@procmap/shared/places/locate.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { type LocatedWords, locatedWords } from './located.ts';
import { findMatches, missingFor, type Query, readQuery } from './query.ts';
import { type AddressQuery, isEmpty } from '@procmap/shared/places/address-query.ts';
import { hitsOf } from './query-match.ts';
import { isAboutUses } from './query-uses.ts';
import { regionAround } from './query-region.ts';
import { hasTerms, toggleTerms } from './query-toggle.ts';
import type { PageRange } from '../regions/page-range.ts';

const ONE_BYTE = { page: 0, byte: 1 };

/** The search box: its text, its meaning, and its matches in the current map. */
export class Search {
  readonly #intervals: () => Intervals | null;
  readonly #figures: () => MappingFigures | null;
  readonly #uses: () => Uses | null;
  readonly #show: () => Show;
  #text = $state.raw('');
  /** First page of the current hit: an address stays valid when rows come and go. */
  #atPage = $state.raw<number | null>(null);

  /** `figures`: of all mappings, if they were read; `show`: the visible half; `uses`: what mappings are for. */
  constructor(
    intervals: () => Intervals | null,
    figures: () => MappingFigures | null = () => null,
    show: () => Show = () => 'both',
    uses: () => Uses | null = () => null,
  ) {
    this.#intervals = intervals;
    this.#figures = figures;
    this.#show = show;
    this.#uses = uses;
  }

  readonly query: Query = $derived.by(() => readQuery(this.#text, this.#intervals()));

  /** The intervals of the visible half, to which hits are limited. */
  readonly shown: ShownIntervals = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null ? { first: 0, end: 0 } : shownIntervals(intervals, this.#show());
  });

  /** One byte per interval, visible or not: 1 if it matches. null: no filter. */
  readonly matches: Uint8Array | null = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null ? null : findMatches(this.query, intervals, this.#figures(), this.#isAboutUses ? this.#uses() : null);
  });

  /** Uses change more often than maps: other searches do not depend on them. */
  readonly #isAboutUses: boolean = $derived(this.query.type === 'terms' && this.query.terms.some(({ criterion }) => isAboutUses(criterion)));

  /** Indexes of intervals, descending by address. */
  readonly hits: Uint32Array = $derived(this.matches === null ? new Uint32Array() : hitsOf(this.matches, this.shown));

  /** A sentence about matches in the hidden half, or ''. */
  readonly elsewhere: string = $derived.by(() => {
    if (this.matches === null || this.#show() === 'both') return '';
    const others = hitsOf(this.matches).length - this.hits.length;
    if (others === 0) return '';
    const half = `the ${this.#show()} half`;
    return `${others === 1 ? '1 match is' : `${formatCount(others)} matches are`} outside ${half}; only ${half} is shown.`;
  });

  /** Why nothing can be found, and what to do; '' if all is well. */
  readonly problem: string = $derived.by(() => (this.query.type === 'wrong' ? this.query.problem : missingFor(this.query, this.#figures())));

  /** Index of the current hit in `hits`, or -1. */
  readonly position: number = $derived.by(() => {
    const intervals = this.#intervals();
    return intervals === null || this.#atPage === null ? -1 : this.hits.findIndex((index) => intervals.bounds[index] === this.#atPage);
  });

  /** The place of an address or range; null if none was typed, or it is outside the address space. */
  readonly located: Located | null = $derived.by(() => {
    const { query } = this;
    const intervals = this.#intervals();
    return query.type !== 'address' || intervals === null ? null : find(query, intervals);
  });

  /** The same in words; null if the text cannot be an address. */
  readonly answer: LocatedWords | null = $derived.by(() => {
    const { query } = this;
    const intervals = this.#intervals();
    if (intervals === null) return null;
    if (query.type === 'address') return locatedWords(query, this.located, intervals);
    if (query.type !== 'terms' || query.address === undefined || isEmpty(query.address)) return null;
    const words = locatedWords(query.address, find(query.address, intervals), intervals);
    return { ...words, before: `As an address, ${marked(this.#text.trim().toLowerCase())}: ${words.before}` };
  });

  /** The range searched for by address, to be marked in the diagram. */
  readonly marks: readonly PageRange[] = $derived(this.query.type === 'address' && this.located !== null ? [touchedPages(this.located)] : []);

  get figures(): MappingFigures | null {
    return this.#figures();
  }

  /** What mappings are for; null: not known. */
  get uses(): Uses | null {
    return this.#uses();
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

  /** True if the terms (`kind:heap`, `name=""`, several with spaces between) are part of the search. */
  hasTerm(term: string): boolean {
    return hasTerms(this.#text, term);
  }

  /** Adds the terms to the search, or removes them. */
  toggleTerm(term: string): void {
    this.text = toggleTerms(this.#text, term);
  }

  /** The pages of the kernel region that is meant when a piece of it is found; null otherwise. */
  regionOf(index: number): PageRange | null {
    const intervals = this.#intervals();
    return intervals === null || this.query.type !== 'terms' ? null : regionAround(this.query.terms, intervals, index);
  }

  /** Moves by `step` hits, wrapping around; returns the interval, or -1 if there is none. */
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

/** `20240101` as `0x20240101`, which is always an address; for a range both ends. */
function marked(hex: string): string {
  return hex
    .split('-')
    .map((end) => `0x${end.trim()}`)
    .join('-');
}
