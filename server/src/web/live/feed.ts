import type { ServerMessage } from '@procmap/shared/messages.ts';

/** A message, and the minimum time to the next read. */
interface News {
  /** A string is JSON already, for a message that takes long to serialise. */
  readonly message: ServerMessage | string;
  readonly pauseMs: number;
}

/** Data that is read while somebody listens: read and serialised once for all, and not at all without listeners. */
export class Feed {
  readonly #read: () => Promise<News>;
  readonly #listeners = new Set<(text: string) => void>();
  /** Empty: nothing was read yet, or the last read failed. */
  #latest = '';
  #readAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #pauseMs: number;

  /** `pauseMs`: the pause after failures until a read has succeeded. */
  constructor(pauseMs: number, read: () => Promise<News>) {
    this.#pauseMs = pauseMs;
    this.#read = read;
  }

  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  /** Nothing is being read, and the pause is over. */
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
      // The reader was replaced meanwhile, or the kernel held the request; the next read will tell.
      this.#latest = '';
    }
    this.#readAt = performance.now();
    this.#reading = false;
    this.#schedule();
  }
}

/** Maximum share of the time spent reading. */
const MAX_SHARE = 0.1;

/** The pause after a read that took `tookMs`. */
export function restMs(leastMs: number, tookMs: number): number {
  return Math.max(leastMs, tookMs / MAX_SHARE);
}
