import { bisectLeft } from 'd3-array';

/** The intervals that match a filter, in any number; queried by ranges. */
export class Hits {
  /** Ascending. */
  readonly #indexes: Uint32Array;

  /** Indexes of intervals, descending, as a search delivers them. */
  constructor(descending: Uint32Array) {
    this.#indexes = descending.toReversed();
  }

  /** True if any of the intervals [first, end) matches. O(log n). */
  any(first: number, end: number): boolean {
    return (this.#indexes[bisectLeft(this.#indexes, first)] ?? Infinity) < end;
  }
}
