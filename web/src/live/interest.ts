/**
 * Something that the daemon sends for as long as some part of the page shows it, and for `lingerMs` longer: what comes back within that time is not
 * asked for anew.
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

  /** It is being asked for. */
  get on(): boolean {
    return this.#on;
  }

  /** Holds until the returned function is called. */
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
