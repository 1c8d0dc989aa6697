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
    let low = 0;
    let high = this.#indexes.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#indexes[middle] ?? 0) < first) low = middle + 1;
      else high = middle;
    }
    return (this.#indexes[low] ?? Infinity) < end;
  }
}
