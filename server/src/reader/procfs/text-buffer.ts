import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { SLACK_BYTES } from './parse-maps.ts';

const FIRST_BYTES = 64 * 1024;
/** The kernel fills at most a page for each read(2), but for a line that is longer. */
const READ_BYTES = 32 * 1024;
const YIELD_MS = 50;
const READS_PER_CLOCK = 8;

/** The text of one file of /proc, in a buffer that grows and is used again. */
export class TextBuffer {
  #bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  #length = 0;

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
   * Reads the whole file from its beginning, gives the number of read(2) calls. Calls `busy` and lets the event loop run
   * about every 50 ms, so that somebody who waits can tell work from a hang. Throws the system's error.
   */
  async read(path: string, busy: () => void): Promise<number> {
    this.#length = 0;
    const file = openSync(path, 'r');
    try {
      let yielded = performance.now();
      let length = 0;
      for (let reads = 1; ; reads++) {
        if (this.#bytes.length - length < READ_BYTES + SLACK_BYTES) this.#grow(length);
        const count = readSync(file, this.#bytes, length, READ_BYTES, null);
        length += count;
        this.#length = length;
        if (count === 0) return reads;
        if (reads % READS_PER_CLOCK === 0 && performance.now() - yielded > YIELD_MS) {
          busy();
          await setImmediate();
          yielded = performance.now();
        }
      }
    } finally {
      closeSync(file);
    }
  }

  sameAs(other: TextBuffer): boolean {
    return this.#length === other.#length && this.#bytes.compare(other.#bytes, 0, other.#length, 0, this.#length) === 0;
  }

  #grow(length: number): void {
    const wider = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
    this.#bytes.copy(wider, 0, 0, length);
    this.#bytes = wider;
  }
}
