import type { Hand } from './hand.ts';

/** Threads of this process that the kernel holds: nobody waits for them any more, and nothing ends them but the kernel. */
export class HeldHands {
  /** And the process at a file of which each is held. */
  readonly #hands = new Map<Hand, number>();
  readonly #most: number;
  readonly #worn: () => void;

  /** `worn`: as many as `most` are held, and another process has to take the place of this one. */
  constructor(most: number, worn: () => void) {
    this.#most = most;
    this.#worn = worn;
  }

  /** `pid`: at a file of which process; 0 for none. */
  add(hand: Hand, pid: number): void {
    this.#hands.set(hand, pid);
    // Whoever waits for it hears that first, and what is to be left alone: the next process would be asked the same otherwise.
    setImmediate(() => {
      if (this.isWorn) this.#worn();
    });
  }

  get isWorn(): boolean {
    return this.#hands.size >= this.#most;
  }

  /** One is held at a file of that process: it hangs still. */
  isAt(pid: number): boolean {
    return [...this.#hands.values()].includes(pid);
  }

  /** The kernel has let it go. */
  free(hand: Hand): void {
    this.#hands.delete(hand);
    hand.stop();
  }
}
