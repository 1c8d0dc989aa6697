import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { kernelMessage } from '@procmap/shared/messages.ts';
import type { ReaderLink } from '../link/reader-link.ts';

/**
 * Interval at which the reader checks for loaded or unloaded modules. Only after a change, and now and then, does it
 * read everything again.
 */
const EVERY_MS = 2000;

/** Longest wait of an answer about a process for the kernel half. */
const PATIENCE_MS = 1000;
const LATE = 'the kernel half could not be read in time; ask again';

/** Called with the message for the page at intervals, even if it is unchanged. */
type KernelListener = (message: string) => void;

/** The kernel half of every address space: read once for all, and only updated while somebody listens. */
export class KernelWatch {
  readonly #reader: ReaderLink;
  readonly #changed: (half: KernelHalf) => void;
  readonly #listeners = new Set<KernelListener>();
  #half: KernelHalf = NO_KERNEL_HALF;
  #etag: string | null = null;
  /** The message for the page, serialised once. */
  #message = '';
  #reading: Promise<KernelHalf> | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** `changed`: called when the source or the reason for it changes. */
  constructor(reader: ReaderLink, changed: (half: KernelHalf) => void) {
    this.#reader = reader;
    this.#changed = changed;
  }

  /** The present kernel half. Rejects with a ReaderFault. */
  read(): Promise<KernelHalf> {
    this.#reading ??= this.#ask().finally(() => (this.#reading = null));
    return this.#reading;
  }

  /** The present kernel half, or the last known one: answers that only add it must not wait for it. */
  async current(): Promise<KernelHalf> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<KernelHalf>((resolve) => {
      timer = setTimeout(() => resolve(this.#etag === null ? { ...NO_KERNEL_HALF, note: LATE } : this.#half), PATIENCE_MS);
    });
    return await Promise.race([this.read().catch(() => late), late]).finally(() => clearTimeout(timer));
  }

  add(listener: KernelListener): void {
    if (this.#listeners.has(listener)) return;
    this.#listeners.add(listener);
    if (this.#message !== '') listener(this.#message);
    if (this.#listeners.size === 1) this.#look();
  }

  remove(listener: KernelListener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size === 0) clearTimeout(this.#timer);
  }

  async #ask(): Promise<KernelHalf> {
    const { head } = await this.#reader.ask({ op: 'kernel', etag: this.#etag });
    if (head.half === null) return this.#half;
    const before = this.#half;
    this.#etag = head.etag;
    this.#half = head.half;
    this.#message = kernelMessage(head.half);
    if (before.source !== head.half.source || before.note !== head.half.note) this.#changed(head.half);
    return this.#half;
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.read()
      .then(
        () => {
          for (const listener of this.#listeners) listener(this.#message);
        },
        // The reader was replaced meanwhile; the next read will tell.
        () => undefined,
      )
      .finally(() => {
        if (this.#listeners.size > 0) this.#timer ??= setTimeout(() => this.#look(), EVERY_MS);
      });
  }
}
