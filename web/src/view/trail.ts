import type { HistoryEntries } from '../net/entries.ts';

/** The current view. */
interface Whereabouts {
  /** As a fragment. */
  readonly fragment: string;
  /** It is moving to an unknown destination. */
  readonly travelling: boolean;
}

/** Moves less than this apart form one series. */
export const REST_MS = 600;

/**
 * History of views: each rest after moves becomes one entry; other changes (a selection by click, a typed search,
 * changes by the process) only update the current entry.
 */
export class Trail {
  readonly #entries: HistoryEntries;
  readonly #now: () => Whereabouts;
  /** The pending change needs a new entry. */
  #moved = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(entries: HistoryEntries, now: () => Whereabouts) {
    this.#entries = entries;
    this.#now = now;
  }

  /** The person moved, or still does. */
  moved(): void {
    this.#moved = true;
    this.#wait();
  }

  /** Another part of the entry changed. Repeated calls do not postpone the update. */
  touched(): void {
    if (this.#timer === undefined) this.#wait();
  }

  /** Stores a pending change now: the next entry is about something else. */
  flush(): void {
    if (this.#timer !== undefined) this.#commit();
  }

  /** Starts a new entry at once. */
  enter(): void {
    this.#moved = true;
    this.#commit();
  }

  /** Another entry is current now, and the view follows it: drop pending changes. */
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
