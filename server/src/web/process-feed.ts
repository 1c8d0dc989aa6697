import type { ServerMessage } from '@procmap/shared/messages.ts';
import type { ReaderLink } from './reader-link.ts';

const EVERY_MS = 2000;
/** Listing takes at most this share of the time. */
const MOST_SHARE = 0.1;

/** The list of processes for all pickers that are open: read once for everybody, written as JSON once, and not at all while none is. */
export class ProcessFeed {
  readonly #reader: ReaderLink;
  readonly #listeners = new Set<(text: string) => void>();
  /** Empty: there is none, or the last read failed. */
  #latest = '';
  #readAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #pauseMs = EVERY_MS;

  constructor(reader: ReaderLink) {
    this.#reader = reader;
  }

  add(listener: (text: string) => void): void {
    this.#listeners.add(listener);
    if (this.#latest !== '' && performance.now() < this.#readAt + this.#pauseMs) listener(this.#latest);
    this.#schedule();
  }

  remove(listener: (text: string) => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) clearTimeout(this.#timer);
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#reading || this.#listeners.size === 0) return;
    this.#timer = setTimeout(
      () => {
        void this.#read();
      },
      Math.max(0, this.#readAt + this.#pauseMs - performance.now()),
    );
  }

  async #read(): Promise<void> {
    this.#reading = true;
    try {
      const { head, tookMs } = await this.#reader.ask({ op: 'processes' });
      const message: ServerMessage = { type: 'processes', processes: [...head.processes] };
      this.#latest = JSON.stringify(message);
      this.#pauseMs = Math.max(EVERY_MS, tookMs / MOST_SHARE);
      for (const listener of this.#listeners) listener(this.#latest);
    } catch {
      // The reader was replaced meanwhile, or the kernel held a command line: the next list leaves that one out.
      this.#latest = '';
    }
    this.#readAt = performance.now();
    this.#reading = false;
    this.#schedule();
  }
}
