/** Number of recent ticks to consider, so that one slow tick changes nothing. */
const REMEMBERED = 5;

/** Limits how often a process is looked at, by the cost of a look. */
export class LookPace {
  /** Maximum share of a core for ticks, in percent. */
  readonly mostPercent: number;
  readonly #costsMs: number[] = [];
  #costMs = 0;

  constructor(mostPercent: number) {
    this.mostPercent = mostPercent;
  }

  /** Notes the CPU time of a tick, in ms. */
  note(costMs: number): void {
    this.#costsMs.push(costMs);
    if (this.#costsMs.length > REMEMBERED) this.#costsMs.shift();
    // The median; the lower one of two.
    this.#costMs = this.#costsMs.toSorted((a, b) => a - b)[(this.#costsMs.length - 1) >> 1] ?? 0;
  }

  /** Ticks per second: as requested, or fewer to stay within the share of a core. */
  actualHz(askedHz: number): number {
    return this.#costMs === 0 ? askedHz : Math.min(askedHz, (this.mostPercent * 10) / this.#costMs);
  }

  /** Share of a core that the requested rate would use, in percent. */
  corePercent(askedHz: number): number {
    return (this.#costMs * askedHz) / 10;
  }
}
