import type { Intervals } from '@procmap/shared/intervals.ts';
import { complete, type Completion, type Suggestion } from './query-complete.ts';
import type { Search } from './search.svelte.ts';

const NOTHING: Completion = { from: 0, to: 0, suggestions: [] };

/** The list of completions in the search box: shown only after typing, or on request. */
export class Completer {
  readonly #search: Search;
  readonly #intervals: () => Intervals | null;
  #completion = $state.raw(NOTHING);
  #active = $state.raw(-1);

  constructor(search: Search, intervals: () => Intervals | null) {
    this.#search = search;
    this.#intervals = intervals;
  }

  get suggestions(): readonly Suggestion[] {
    return this.#completion.suggestions;
  }
  get open(): boolean {
    return this.#completion.suggestions.length > 0;
  }
  /** The active suggestion, or -1: the focus is in the field. */
  get active(): number {
    return this.#active;
  }

  /** Looks up completions at the caret. */
  suggest(caret: number, asked = false): void {
    const intervals = this.#intervals();
    this.#active = -1;
    this.#completion = intervals === null ? NOTHING : complete(this.#search.text, caret, intervals, this.#search.figures, asked, this.#search.uses);
    if (asked && this.open) this.#active = 0;
  }

  close(): void {
    this.#completion = NOTHING;
    this.#active = -1;
  }

  /** Moves by one, and out of the list at its ends. */
  step(by: 1 | -1): void {
    const count = this.#completion.suggestions.length + 1;
    this.#active = ((this.#active + 1 + by + count) % count) - 1;
  }

  /** Inserts a suggestion and closes the list. Returns the new caret, and whether values follow there. */
  take(at: number): { readonly caret: number; readonly goesOn: boolean } | null {
    const { from, to, suggestions } = this.#completion;
    const chosen = suggestions[at];
    if (chosen === undefined) return null;
    const { text } = this.#search;
    this.#search.text = text.slice(0, from) + chosen.insert + text.slice(to);
    this.close();
    return { caret: from + chosen.insert.length, goesOn: /[:=><]$/.test(chosen.insert) };
  }
}
