/** Calls back once in the next animation frame, however often it was asked to before. */
export class Frames {
  readonly #paint: (now: number) => void;
  /** 0 when nothing is asked for. */
  #request = 0;
  #stopped = false;

  constructor(paint: (now: number) => void) {
    this.#paint = paint;
  }

  request(): void {
    if (this.#request !== 0 || this.#stopped) return;
    this.#request = requestAnimationFrame((now) => {
      this.#request = 0;
      this.#paint(now);
    });
  }

  /** For good. */
  stop(): void {
    this.#stopped = true;
    cancelAnimationFrame(this.#request);
  }
}
