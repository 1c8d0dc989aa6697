/** Counts how often something ended of late. Times are in ms of any one clock. */
export class Restarts {
  readonly #most: number;
  readonly #withinMs: number;
  #times: number[] = [];

  constructor(most: number, withinMs: number) {
    this.#most = most;
    this.#withinMs = withinMs;
  }

  /** Notes one more; true when there were more than `most` within the time. */
  tooMany(nowMs: number): boolean {
    this.#times = this.#times.filter((time) => nowMs - time < this.#withinMs);
    this.#times.push(nowMs);
    return this.#times.length > this.#most;
  }
}
