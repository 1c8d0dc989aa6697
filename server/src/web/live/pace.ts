/** So many of the latest ticks are looked at: one slow tick alone changes nothing. */
const REMEMBERED = 5;

/** How often a process may be looked at, by what a look costs. */
export class LookPace {
  /** What ticks may use of a core, in percent. */
  readonly mostPercent: number;
  readonly #costsMs: number[] = [];
  #costMs = 0;

  constructor(mostPercent: number) {
    this.mostPercent = mostPercent;
  }

  /** What a tick took of a core, ms. */
  note(costMs: number): void {
    this.#costsMs.push(costMs);
    if (this.#costsMs.length > REMEMBERED) this.#costsMs.shift();
    // The lower one of two in the middle.
    this.#costMs = this.#costsMs.toSorted((a, b) => a - b)[(this.#costsMs.length - 1) >> 1] ?? 0;
  }

  /** Ticks a second: the asked ones, or as many as use what they may of a core. */
  actualHz(askedHz: number): number {
    return this.#costMs === 0 ? askedHz : Math.min(askedHz, (this.mostPercent * 10) / this.#costMs);
  }

  /** What the asked ticks would use of a core, in percent. */
  corePercent(askedHz: number): number {
    return (this.#costMs * askedHz) / 10;
  }
}
