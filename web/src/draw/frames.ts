/** Calls back once in the next animation frame, even if it was requested several times. */
export class Frames {
  readonly #paint: (now: number) => void;
  /** 0 when no frame is requested. */
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

  /** Permanently. */
  stop(): void {
    this.#stopped = true;
    cancelAnimationFrame(this.#request);
  }
}
