import type { MappingTable } from '@procmap/shared/region.ts';
import { parseMaps } from '../procfs/maps/parse-maps.ts';
import { TextBuffer } from '../procfs/maps/text-buffer.ts';

/** The text from which the last answer about a process was made. */
export interface LastText {
  readonly text: TextBuffer;
  readonly etag: string;
  /** The answer was torn, so even an unchanged text must be parsed again. */
  readonly torn: boolean;
}

/** More than the number of sockets that the web process serves. */
const MAX_PIDS = 32;
const MAX_BYTES = 48 * 1024 * 1024;
/** A buffer above this size is not reused. */
const SPARE_BYTES = 8 * 1024 * 1024;
/** A text in such a buffer is dropped if nobody asks for it for this time, for example after a single HTTP request. */
const UNASKED_MS = 60_000;

/**
 * Last texts by process id, least recently used first. Their number and bytes are limited, but the latest always stays.
 * One spare buffer takes the next read, then swaps places with the buffer that it replaces.
 */
export class LastTexts {
  readonly #texts = new Map<number, LastText>();
  #spare: TextBuffer | null = null;
  /** Timers of the large texts. */
  readonly #timers = new Map<number, NodeJS.Timeout>();

  /** A buffer to read into. It belongs to the caller until keep() or release(). */
  takeSpare(): TextBuffer {
    const spare = this.#spare ?? new TextBuffer();
    this.#spare = null;
    return spare;
  }

  release(text: TextBuffer): void {
    if (text.capacity <= SPARE_BYTES) this.#spare = text;
  }

  get(pid: number): LastText | undefined {
    const last = this.#texts.get(pid);
    if (last !== undefined) {
      this.#timers.get(pid)?.refresh();
      this.#texts.delete(pid);
      this.#texts.set(pid, last);
    }
    return last;
  }

  /**
   * The rows of the last text, in the memory of parseMaps(); null: there is none. Kinds of memory files are not told
   * from those of other files.
   */
  table(pid: number): MappingTable | null {
    const text = this.#texts.get(pid)?.text;
    const parsed = text === undefined ? null : parseMaps(text.bytes, text.length, () => null);
    return parsed === null || 'malformedAt' in parsed ? null : parsed.table;
  }

  keep(pid: number, last: LastText): void {
    this.forget(pid);
    this.#texts.set(pid, last);
    if (last.text.capacity > SPARE_BYTES) this.#timers.set(pid, setTimeout(() => this.forget(pid), UNASKED_MS).unref());
    let bytes = 0;
    for (const { text } of this.#texts.values()) bytes += text.capacity;
    for (const [oldest, { text }] of this.#texts) {
      if (oldest === pid || (this.#texts.size <= MAX_PIDS && bytes <= MAX_BYTES)) break;
      bytes -= text.capacity;
      this.#drop(oldest);
    }
  }

  forget(pid: number): void {
    const last = this.#texts.get(pid);
    if (last === undefined) return;
    this.#drop(pid);
    this.release(last.text);
  }

  #drop(pid: number): void {
    this.#texts.delete(pid);
    clearTimeout(this.#timers.get(pid));
    this.#timers.delete(pid);
  }
}
