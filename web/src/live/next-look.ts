/** For how long a look at the map is waited for. */
const WAIT_MS = 5000;

/** The next look at the map, and who waits for it. It does not come where the connection is lost. */
export class NextLook {
  #waiting: (() => void)[] = [];

  /** Until it came, or was waited for long enough. */
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
