import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Selection } from '../live/selection.svelte.ts';
import { describe, type Details } from './details.ts';

/** Details of the selection and of the interval under the pointer, computed once for all components that show them. */
export class Inspection {
  readonly #intervals: () => Intervals | null;
  readonly #uses: () => Uses | null;
  readonly #selection: Selection;

  constructor(intervals: () => Intervals | null, uses: () => Uses | null, selection: Selection) {
    this.#intervals = intervals;
    this.#uses = uses;
    this.#selection = selection;
  }

  readonly hovered: Details | null = $derived.by(() => this.#describe(this.#selection.hoverIndex));
  readonly pinned: Details | null = $derived.by(() => this.#describe(this.#selection.pinnedIndex));

  #describe(index: number): Details | null {
    const intervals = this.#intervals();
    return index < 0 || intervals === null ? null : describe(intervals, index, this.#uses());
  }
}
