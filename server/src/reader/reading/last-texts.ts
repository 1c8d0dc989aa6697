import { TextBuffer } from '../procfs/maps/text-buffer.ts';

/** The text that a pid's last answer was made of. */
export interface LastText {
  readonly text: TextBuffer;
  readonly etag: string;
  /** True when that answer was torn: the same bytes again would then be worth another look. */
  readonly torn: boolean;
}

/** More than the sockets that the web process serves. */
const MAX_PIDS = 32;
const MAX_BYTES = 48 * 1024 * 1024;
/** A buffer larger than this is let go when what it held is small. */
const SPARE_BYTES = 8 * 1024 * 1024;
/** And such a text is forgotten when nobody has asked for it for so long: who asks once over HTTP leaves none behind. */
const UNASKED_MS = 60_000;

/**
 * Last texts by pid, least recently asked for first. Bounded in number and in bytes, though the latest always stays. One buffer more, the spare,
 * takes the next read, and changes places with the one that it replaces.
 */
export class LastTexts {
  readonly #texts = new Map<number, LastText>();
  #spare: TextBuffer | null = null;
  /** Of the large ones. */
  readonly #timers = new Map<number, NodeJS.Timeout>();

  /** The buffer to read into: nobody else has it until it is given to keep() or back to release(). */
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
