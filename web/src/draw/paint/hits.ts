import { lastAtMost } from '../../axis/bisect.ts';

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
    const last = this.#indexes[lastAtMost(this.#indexes, 0, this.#indexes.length - 1, end - 1)] ?? -1;
    return last >= first && last < end;
  }
}
