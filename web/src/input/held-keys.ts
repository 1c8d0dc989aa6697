/** The keys that are held: whatever takes the keyboard away lets go of all of them, as then nobody tells that they went up. */
export class HeldKeys {
  readonly #onRelease: (name: string) => void;
  readonly #down = new Set<string>();

  constructor(onRelease: (name: string) => void) {
    this.#onRelease = onRelease;
  }

  /** False for the repeats of a key that is down already. */
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
