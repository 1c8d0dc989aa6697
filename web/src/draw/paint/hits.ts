import { bisectLeft } from 'd3-array';

/** The intervals that a filter lets through, however many: asked by stretches. */
export class Hits {
  /** Ascending. */
  readonly #indexes: Uint32Array;

  /** Indexes of intervals, descending, as a search finds them. */
  constructor(descending: Uint32Array) {
    this.#indexes = descending.toReversed();
  }

  /** True when any of the intervals [first, end) is one. O(log n). */
  any(first: number, end: number): boolean {
    return (this.#indexes[bisectLeft(this.#indexes, first)] ?? Infinity) < end;
  }
}
