import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { beat } from '../../../common/beat.ts';
import { SLACK_BYTES } from './parse-maps.ts';

const FIRST_BYTES = 64 * 1024;
/** The kernel fills at most a page for each read(2), but for a line that is longer. */
const READ_BYTES = 32 * 1024;
/** While a text is the same as before, so many bytes of it and a read(2) more are compared at once. */
const WINDOW_BYTES = FIRST_BYTES - READ_BYTES - SLACK_BYTES;
const YIELD_MS = 50;
/** By larger steps it does not grow: a copy more costs less than memory that nobody uses. */
const MAX_STEP_BYTES = 32 * 1024 * 1024;
/**
 * A path has no bound in the kernel, and so the text has none. Of what is shown, this much; and for each mapping as much as a line is usually long, so that a million of them, which are 100 MB, are shown.
 */
const MAX_BYTES = 64 * 1024 * 1024;
const USUAL_LINE_BYTES = 128;
const NEWLINE = 0x0a;
const READS_PER_CLOCK = 8;

/** What a read of a file gave. */
export interface ReadText {
  /** read(2) calls. */
  readonly reads: number;
  readonly bytes: number;
  /** It is, byte for byte, the text that was known. */
  readonly same: boolean;
}

/** There is more text than is shown. */
export class TooLarge extends Error {
  constructor(most: number) {
    super(`more than ${Math.floor(most / 2 ** 20)} MB of text`);
  }
}

/** How much of bytes[0, length), the beginning of a text, is as much as is wanted; -1: it is not enough. */
export type Enough = (bytes: Buffer, length: number) => number;

const ALL: Enough = () => -1;

/** The text of one file of /proc, in a buffer that grows and is used again. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  readonly #most: number;

  /** `most`: bytes of a text, but for many lines of usual length. */
  constructor(most = MAX_BYTES) {
    this.#most = most;
  }

  /** The text is bytes[0, length); behind it are at least SLACK_BYTES more of any content. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Room that it takes, in bytes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Reads the whole file from its beginning. `known`: what it held before, or null. As long as the file holds the same again, its bytes only pass through the
   * beginning of this buffer, which so stays in the processor's cache; of a text that is the same to its end nothing is kept here. Calls `busy` with the bytes so far and lets
   * the event loop run about every 50 ms, so that somebody who waits can tell work from a hang. Of a text without a `known` one no more is read than is `enough`. Throws the system's error, or TooLarge.
   */
  async read(path: string, busy: (bytes: number) => void, known: TextBuffer | null = null, enough: Enough = ALL): Promise<ReadText> {
    this.#length = 0;
    // Bytes that have passed, and are `known`'s.
    let passed = 0;
    let most = this.#most;
    const file = openSync(path, 'r');
    try {
      let yielded = performance.now();
      for (let reads = 1; ; reads++) {
        if (this.#bytes.length - this.#length < READ_BYTES + SLACK_BYTES) this.#grow(this.#bytes.length + Math.min(this.#bytes.length, MAX_STEP_BYTES));
        beat();
        const count = readSync(file, this.#bytes, this.#length, READ_BYTES, null);
        this.#length += count;
        if (known !== null && (count === 0 || this.#length > WINDOW_BYTES)) {
          const end = passed + this.#length;
          const same = end <= known.#length && this.#bytes.compare(known.#bytes, passed, end, 0, this.#length) === 0;
          if (same && count === 0 && end === known.#length) {
            this.#length = 0;
            return { reads, bytes: end, same };
          }
          if (same && count > 0) {
            passed = end;
            this.#length = 0;
          } else {
            this.#prepend(known, passed);
            known = null;
          }
        }
        const wanted = known === null ? enough(this.#bytes, this.#length) : -1;
        if (wanted >= 0) this.#length = wanted;
        if (count === 0 || wanted >= 0) return { reads, bytes: this.#length, same: false };
        if (this.#length > most) {
          most = this.#most + USUAL_LINE_BYTES * this.#lines();
          if (this.#length > most) throw new TooLarge(this.#most);
        }
        if (reads % READS_PER_CLOCK === 0 && performance.now() - yielded > YIELD_MS) {
          busy(passed + this.#length);
          await setImmediate();
          yielded = performance.now();
        }
      }
    } finally {
      closeSync(file);
    }
  }

  #lines(): number {
    const text = this.#bytes.subarray(0, this.#length);
    let lines = 0;
    for (let at = text.indexOf(NEWLINE); at >= 0; at = text.indexOf(NEWLINE, at + 1)) lines++;
    return lines;
  }

  /** Puts the first `count` bytes of another text before this one. */
  #prepend(other: TextBuffer, count: number): void {
    // As large a text as the other is to be expected.
    this.#grow(Math.max(other.capacity, this.capacity));
    this.#bytes.copyWithin(count, 0, this.#length);
    other.#bytes.copy(this.#bytes, 0, 0, count);
    this.#length += count;
  }

  #grow(capacity: number): void {
    if (capacity <= this.#bytes.length) return;
    const wider = Buffer.allocUnsafeSlow(capacity);
    this.#bytes.copy(wider, 0, 0, this.#length);
    this.#bytes = wider;
  }
}
