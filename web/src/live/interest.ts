/**
 * Data that the daemon sends as long as some part of the page shows it, and `lingerMs` longer, so that a short
 * interruption does not request it again.
 */
export class Interest {
  readonly #ask: (on: boolean) => void;
  readonly #lingerMs: number;
  #shownBy = 0;
  #on = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(ask: (on: boolean) => void, lingerMs: number) {
    this.#ask = ask;
    this.#lingerMs = lingerMs;
  }

  /** It is requested now. */
  get on(): boolean {
    return this.#on;
  }

  /** Requests it until the returned function is called. */
  want(): () => void {
    this.#shownBy++;
    clearTimeout(this.#timer);
    this.#turn(true);
    return () => {
      if (--this.#shownBy > 0) return;
      this.#timer = setTimeout(() => this.#turn(false), this.#lingerMs);
    };
  }

  #turn(on: boolean): void {
    if (on === this.#on) return;
    this.#on = on;
    this.#ask(on);
  }
}
