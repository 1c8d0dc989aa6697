import type { Hand } from './hand.ts';

/** Threads of this process that the kernel holds. Nobody waits for them, and only the kernel can end them. */
export class HeldHands {
  /** Each thread, with the process whose file it is blocked on. */
  readonly #hands = new Map<Hand, number>();
  readonly #most: number;
  readonly #worn: () => void;

  /** `worn`: called when `most` threads are held, and this process must be replaced. */
  constructor(most: number, worn: () => void) {
    this.#most = most;
    this.#worn = worn;
  }

  /** `pid`: the process whose file the thread is blocked on; 0: none. */
  add(hand: Hand, pid: number): void {
    this.#hands.set(hand, pid);
    // First the requester gets its answer, and the process is noted as unresponsive. Otherwise the next reader would be
    // asked the same again.
    setImmediate(() => {
      if (this.isWorn) this.#worn();
    });
  }

  get isWorn(): boolean {
    return this.#hands.size >= this.#most;
  }

  /** True if a thread is still blocked on a file of this process. */
  isAt(pid: number): boolean {
    return [...this.#hands.values()].includes(pid);
  }

  /** The kernel has released the thread. */
  free(hand: Hand): void {
    this.#hands.delete(hand);
    hand.stop();
  }
}
