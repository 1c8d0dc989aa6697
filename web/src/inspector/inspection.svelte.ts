import type { Intervals } from '@procmap/shared/intervals.ts';
import type { Selection } from '../live/selection.svelte.ts';
import { describe, type Details } from './details.ts';

/** Everything there is to say of what is selected and of what the pointer is over: described once for all who show it. */
export class Inspection {
  readonly #intervals: () => Intervals | null;
  readonly #selection: Selection;

  constructor(intervals: () => Intervals | null, selection: Selection) {
    this.#intervals = intervals;
    this.#selection = selection;
  }

  readonly hovered: Details | null = $derived.by(() => this.#describe(this.#selection.hoverIndex));
  readonly pinned: Details | null = $derived.by(() => this.#describe(this.#selection.pinnedIndex));

  #describe(index: number): Details | null {
    const intervals = this.#intervals();
    return index < 0 || intervals === null ? null : describe(intervals, index);
  }
}
