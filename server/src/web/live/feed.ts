import type { ServerMessage } from '@procmap/shared/messages.ts';

/** What there is to tell, and in how many ms to ask anew at the earliest. */
export interface News {
  /** Or its JSON, where that takes long to make. */
  readonly message: ServerMessage | string;
  readonly pauseMs: number;
}

/** Something that is read for as long as somebody listens: once for everybody, written as JSON once, and not at all while nobody does. */
export class Feed {
  readonly #read: () => Promise<News>;
  readonly #listeners = new Set<(text: string) => void>();
  /** Empty: there is none, or the last read failed. */
  #latest = '';
  #readAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #pauseMs: number;

  /** `pauseMs`: after a read that failed before any went well. */
  constructor(pauseMs: number, read: () => Promise<News>) {
    this.#pauseMs = pauseMs;
    this.#read = read;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Nothing is being read, and it may be read anew. */
  get isRested(): boolean {
    return !this.#reading && performance.now() >= this.#readAt + this.#pauseMs;
  }

  add(listener: (text: string) => void): void {
    this.#listeners.add(listener);
    if (this.#latest !== '' && performance.now() < this.#readAt + this.#pauseMs) listener(this.#latest);
    this.#schedule();
  }

  remove(listener: (text: string) => void): void {
    this.#listeners.delete(listener);
    if (!this.isHeard) clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#reading || !this.isHeard) return;
    this.#timer = setTimeout(
      () => {
        void this.#look();
      },
      Math.max(0, this.#readAt + this.#pauseMs - performance.now()),
    );
  }

  async #look(): Promise<void> {
    this.#reading = true;
    try {
      const { message, pauseMs } = await this.#read();
      this.#latest = typeof message === 'string' ? message : JSON.stringify(message);
      this.#pauseMs = pauseMs;
      for (const listener of this.#listeners) listener(this.#latest);
    } catch {
      // The reader was replaced meanwhile, or the kernel held what was asked for: the next time tells.
      this.#latest = '';
    }
    this.#readAt = performance.now();
    this.#reading = false;
    this.#schedule();
  }
}

/** At most this share of the time is spent reading. */
const MAX_SHARE = 0.1;

/** How long to leave alone what took `tookMs` to read. */
export function restMs(leastMs: number, tookMs: number): number {
  return Math.max(leastMs, tookMs / MAX_SHARE);
}
