import type { Hand } from './hand.ts';

/** Threads of this process that the kernel holds: nobody waits for them any more, and nothing ends them but the kernel. */
export class HeldHands {
  readonly #hands = new Set<Hand>();
  readonly #most: number;
  readonly #worn: () => void;

  /** `worn`: as many as `most` are held, and another process has to take the place of this one. */
  constructor(most: number, worn: () => void) {
    this.#most = most;
    this.#worn = worn;
  }

  add(hand: Hand): void {
    this.#hands.add(hand);
    // Whoever waits for it hears that first, and what is to be left alone: the next process would be asked the same otherwise.
    setImmediate(() => {
      if (this.#hands.size >= this.#most) this.#worn();
    });
  }

  /** The kernel has let it go. */
  free(hand: Hand): void {
    this.#hands.delete(hand);
    hand.stop();
  }
}
