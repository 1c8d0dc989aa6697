/** What is done for the keys that are down. */
export interface KeyHold {
  /** Begins; `name` is the key's own. */
  readonly press: (name: string) => void;
  readonly release: (name: string) => void;
}

/** The keys that are held: whatever takes the keyboard away lets go of all of them, as then nobody tells that they went up. */
export class HeldKeys {
  readonly #hold: KeyHold;
  readonly #down = new Set<string>();

  constructor(hold: KeyHold) {
    this.#hold = hold;
  }

  /** False for the repeats of a key that is down already. */
  press(name: string): boolean {
    if (this.#down.has(name)) return false;
    this.#down.add(name);
    this.#hold.press(name);
    return true;
  }

  release(name: string): void {
    if (this.#down.delete(name)) this.#hold.release(name);
  }

  releaseAll(): void {
    for (const name of [...this.#down]) this.release(name);
  }
}
