/** Only the last bit of a drag says how fast it was let go of. */
const WINDOW_MS = 80;
/** Px per ms: slower is put down, not thrown. */
const SLOWEST = 0.12;
/** Faster is a glitch of the device. */
const FASTEST = 8;
/** Two events at the same moment would be of endless speed. */
const MIN_MS = 8;

/** How fast a pointer moves up or down. Times are ms of any one clock. */
export class Velocity {
  #samples: { at: number; y: number }[] = [];

  /** Forgets what was before: another finger, another drag. */
  reset(): void {
    this.#samples = [];
  }

  add(at: number, y: number): void {
    this.#samples = this.#samples.filter((sample) => at - sample.at <= WINDOW_MS);
    this.#samples.push({ at, y });
  }

  /** Px per ms, downwards, when it is let go of at that time; 0 where it rested before. */
  at(time: number): number {
    const recent = this.#samples.filter((sample) => time - sample.at <= WINDOW_MS);
    const [first, last] = [recent[0], recent.at(-1)];
    if (first === undefined || last === undefined || first === last) return 0;
    const speed = (last.y - first.y) / Math.max(MIN_MS, time - first.at);
    return Math.abs(speed) < SLOWEST ? 0 : Math.min(FASTEST, Math.max(-FASTEST, speed));
  }
}
