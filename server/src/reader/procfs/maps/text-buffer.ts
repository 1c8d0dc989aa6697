import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { beat } from '../../../common/beat.ts';
import { SLACK_BYTES } from './parse-maps.ts';

const FIRST_BYTES = 64 * 1024;
/** The kernel returns at most a page per read(2), except for a longer line. */
const READ_BYTES = 32 * 1024;
/** While a text equals the previous one, this many bytes plus one read(2) are compared at a time. */
const WINDOW_BYTES = FIRST_BYTES - READ_BYTES - SLACK_BYTES;
const YIELD_MS = 50;
/** The largest growth step: an additional copy costs less than unused memory. */
const MAX_STEP_BYTES = 32 * 1024 * 1024;
/**
 * Paths have no maximum length in the kernel, so neither has the text. The limit is this much plus the usual length of
 * each line, so that a million mappings (100 MB) are still shown.
 */
const MAX_BYTES = 64 * 1024 * 1024;
const USUAL_LINE_BYTES = 128;
const NEWLINE = 0x0a;
const READS_PER_CLOCK = 8;

/** The result of reading a file. */
export interface ReadText {
  /** read(2) calls. */
  readonly reads: number;
  readonly bytes: number;
  /** It equals the known text, byte for byte. */
  readonly same: boolean;
}

/** The text is longer than the limit. */
export class TooLarge extends Error {
  constructor(most: number) {
    super(`more than ${Math.floor(most / 2 ** 20)} MB of text`);
  }
}

/** Decides when to stop reading: how many of bytes[0, length), the beginning of a text, are enough; -1: read on. */
export type Enough = (bytes: Buffer, length: number) => number;

const ALL: Enough = () => -1;

/** The text of a file of /proc, in a growing, reusable buffer. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;
  readonly #most: number;

  /** `most`: bytes of a text, plus an allowance for each line. */
  constructor(most = MAX_BYTES) {
    this.#most = most;
  }

  /** The text is bytes[0, length), followed by at least SLACK_BYTES of any content. */
  get bytes(): Buffer {
    return this.#bytes;
  }

  get length(): number {
    return this.#length;
  }

  /** Size of the buffer in bytes. */
  get capacity(): number {
    return this.#bytes.length;
  }

  /**
   * Reads the whole file from its beginning. `known`: its previous text, or null. As long as the file is unchanged, its
   * bytes only pass through the beginning of this buffer, which thus stays in the processor's cache. If it is unchanged
   * to its end, this buffer stays empty. About every 50 ms it calls `busy` with the bytes so far and lets the event
   * loop run, so that waiting code can tell work from a hang. Without `known`, reads only as much as is `enough`.
   * Throws the system's error, or TooLarge.
   */
  async read(path: string, busy: (bytes: number) => void, known: TextBuffer | null = null, enough: Enough = ALL): Promise<ReadText> {
    this.#length = 0;
    // Bytes that have been compared, and equal `known`.
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

  /** Inserts the first `count` bytes of another text before this one. */
  #prepend(other: TextBuffer, count: number): void {
    // Expect a text as large as the other.
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
