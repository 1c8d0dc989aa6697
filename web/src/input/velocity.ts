/** Only the end of a drag determines the speed of its throw. */
const WINDOW_MS = 80;
/** Px per ms: below this, the picture is put down, not thrown. */
const SLOWEST = 0.12;
/** A higher speed is a glitch of the device. */
const FASTEST = 8;
/** Two events at the same moment would give an infinite speed. */
const MIN_MS = 8;

/** Vertical speed of a pointer. Times are ms of any one clock. */
export class Velocity {
  #samples: { at: number; y: number }[] = [];

  /** Forgets all previous movement: another finger, another drag. */
  reset(): void {
    this.#samples = [];
  }

  add(at: number, y: number): void {
    this.#samples = this.#samples.filter((sample) => at - sample.at <= WINDOW_MS);
    this.#samples.push({ at, y });
  }

  /** Px per ms, downwards, at the release; 0 if the pointer rested before. */
  at(time: number): number {
    const recent = this.#samples.filter((sample) => time - sample.at <= WINDOW_MS);
    const [first, last] = [recent[0], recent.at(-1)];
    if (first === undefined || last === undefined || first === last) return 0;
    const speed = (last.y - first.y) / Math.max(MIN_MS, time - first.at);
    return Math.abs(speed) < SLOWEST ? 0 : Math.min(FASTEST, Math.max(-FASTEST, speed));
  }
}
