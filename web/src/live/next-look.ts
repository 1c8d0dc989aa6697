/** Maximum wait for a look at the map. */
const WAIT_MS = 5000;

/** Waits for the next look at the map, which may not come if the connection is lost. */
export class NextLook {
  #waiting: (() => void)[] = [];

  /** Resolves when it came, or after the maximum wait. */
  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      setTimeout(resolve, WAIT_MS);
    });
  }

  came(): void {
    for (const done of this.#waiting.splice(0)) done();
  }
}
