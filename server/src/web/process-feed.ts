import type { ServerMessage } from '@procmap/shared/messages.ts';
import type { ReaderLink } from './reader-link.ts';

const EVERY_MS = 2000;
/** Listing takes at most this share of the time. */
const MOST_SHARE = 0.1;

/** The list of processes for all pickers that are open: read once for everybody, written as JSON once, and not at all while none is. */
export class ProcessFeed {
  readonly #reader: ReaderLink;
  readonly #listeners = new Set<(text: string) => void>();
  #latest = '';
  #latestAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  #reading = false;
  #pauseMs = EVERY_MS;

  constructor(reader: ReaderLink) {
    this.#reader = reader;
  }

  add(listener: (text: string) => void): void {
    this.#listeners.add(listener);
    if (performance.now() - this.#latestAt < EVERY_MS) listener(this.#latest);
    else void this.#read();
  }

  remove(listener: (text: string) => void): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) clearTimeout(this.#timer);
  }

  async #read(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#reading) return;
    this.#reading = true;
    try {
      const { head, tookMs } = await this.#reader.ask({ op: 'processes' });
      const message: ServerMessage = { type: 'processes', processes: [...head.processes] };
      this.#latest = JSON.stringify(message);
      this.#latestAt = performance.now();
      this.#pauseMs = Math.max(EVERY_MS, tookMs / MOST_SHARE);
      for (const listener of this.#listeners) listener(this.#latest);
    } catch {
      // The reader was replaced meanwhile, or the kernel held a command line: the next list leaves that one out.
    }
    this.#reading = false;
    if (this.#listeners.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#read();
    }, this.#pauseMs);
  }
}
