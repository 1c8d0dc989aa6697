/** Counts recent failures. All times are in ms and from the same clock. */
export class Restarts {
  readonly #most: number;
  readonly #withinMs: number;
  #times: number[] = [];

  constructor(most: number, withinMs: number) {
    this.#most = most;
    this.#withinMs = withinMs;
  }

  /** Counts one more; returns true if there were more than `most` within the period. */
  tooMany(nowMs: number): boolean {
    this.#times = this.#times.filter((time) => nowMs - time < this.#withinMs);
    this.#times.push(nowMs);
    return this.#times.length > this.#most;
  }
}
