/**
 * The keys held down. Anything that takes the keyboard away releases all of them, since no keyup event follows then.
 */
export class HeldKeys {
  readonly #onRelease: (name: string) => void;
  readonly #down = new Set<string>();

  constructor(onRelease: (name: string) => void) {
    this.#onRelease = onRelease;
  }

  /** False for repeats of a key that is already down. */
  press(name: string): boolean {
    if (this.#down.has(name)) return false;
    this.#down.add(name);
    return true;
  }

  release(name: string): void {
    if (this.#down.delete(name)) this.#onRelease(name);
  }

  releaseAll(): void {
    for (const name of [...this.#down]) this.release(name);
  }
}
