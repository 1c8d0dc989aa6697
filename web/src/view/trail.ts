import type { HistoryEntries } from '../net/entries.ts';

/** What is known of the view of the moment. */
export interface Whereabouts {
  /** As a fragment. */
  readonly fragment: string;
  /** It is on its way, nobody can say whereto. */
  readonly travelling: boolean;
}

/** A series of moves is one, until there was rest for so long. */
export const REST_MS = 600;

/**
 * Where somebody was: each rest after moves becomes one entry of the history; what is no move (a click that selects, a search that is typed, what the
 * process does to the view) only amends the current one.
 */
export class Trail {
  readonly #entries: HistoryEntries;
  readonly #now: () => Whereabouts;
  /** That an entry of its own is to be made of what is pending. */
  #moved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(entries: HistoryEntries, now: () => Whereabouts) {
    this.#entries = entries;
    this.#now = now;
  }

  /** Somebody moved, or still does. */
  moved(): void {
    this.#moved = true;
    this.#wait();
  }

  /** Something else changed that an entry tells. However often it does, nothing is put off by it. */
  touched(): void {
    if (this.#timer === undefined) this.#wait();
  }

  /** Does now what is pending: the next entry is about something else. */
  flush(): void {
    if (this.#timer !== undefined) this.#commit();
  }

  /** Begins a new entry at once. */
  enter(): void {
    this.#moved = true;
    this.#commit();
  }

  /** Another entry is the current one now, and the view follows it: nothing that is pending has a place any more. */
  follow(): void {
    this.#moved = false;
    this.#clear();
  }

  #wait(): void {
    this.#clear();
    this.#timer = setTimeout(() => {
      if (this.#now().travelling) this.#wait();
      else this.#commit();
    }, REST_MS);
  }

  #commit(): void {
    const moved = this.#moved;
    this.follow();
    const { fragment } = this.#now();
    if (fragment === this.#entries.current) return;
    if (moved) this.#entries.push(fragment);
    else this.#entries.replace(fragment);
  }

  #clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
