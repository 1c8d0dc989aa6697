import { smapsJsonBegin, smapsJsonEnd, smapsJsonRows } from '@procmap/shared/output/smaps-json.ts';
import { PassThrough, type Readable } from 'node:stream';
import { PATIENCE_MS } from '../answer/answer-times.ts';
import { apiError, ApiFault } from '../answer/api-error.ts';
import { drained } from '../answer/drained.ts';
import { apiErrorOf } from '../answer/faults.ts';
import type { Part } from '../link/reader-asks.ts';
import type { ReaderLink } from '../link/reader-link.ts';

const TOO_SLOW = apiError(408, 'too_slow', 'the figures were read too slowly while others waited; ask for a smaller range with start and end');

/**
 * The figures of one process as a stream of JSON. Rows are sent as they are read: nothing is buffered for a slow
 * client, and the read ends if it is too slow.
 */
export class SmapsReply {
  readonly #pid: number;
  /** Hex digits of an address. */
  readonly #digits: number;
  readonly #mostWaitMs: number;
  readonly #out = new PassThrough();
  readonly #abort = new AbortController();
  readonly #begun = Promise.withResolvers<Readable>();
  readonly #flagSets: string[] = [];
  #isBegun = false;
  #hasRows = false;
  /** Start of the present read; null: it waits for the client. */
  #readingSince: number | null = null;
  #tookMs = 0;
  #waitedMs = 0;
  #slow: ApiFault | null = null;

  /** `mostWaitMs`: maximum total time to wait for the client. */
  constructor(pid: number, digits: number, mostWaitMs: number) {
    this.#pid = pid;
    this.#digits = digits;
    this.#mostWaitMs = mostWaitMs;
    this.#out.on('close', () => this.#abort.abort());
  }

  /** The stream, once it has begun. Rejects if the read fails before that. */
  get begun(): Promise<Readable> {
    return this.#begun.promise;
  }

  /** Reads to the end or to a failure. Resolves to the time of reading, without waits for the client. */
  async read(reader: ReaderLink, range: { readonly startPage: number; readonly endPage: number }): Promise<number> {
    this.#readingSince = performance.now();
    try {
      const parts = { take: (part: Part, body: Uint8Array) => this.#take(part, body), signal: this.#abort.signal };
      const { head } = await reader.askParts({ op: 'smaps', pid: this.#pid, ...range }, parts);
      this.#begin(head.comm, head.takenAt);
      this.#out.end(smapsJsonEnd({ torn: head.torn, cost: head.cost }));
      return head.cost.ms;
    } catch (error) {
      this.#pause();
      // Once the answer has begun, an error can only be reported at its end.
      this.#begun.reject(error);
      this.#out.end(smapsJsonEnd({ error: apiErrorOf(this.#slow ?? error).body }));
      return this.#tookMs;
    }
  }

  #begin(comm: string, takenAt: number): void {
    if (this.#isBegun) return;
    this.#isBegun = true;
    this.#out.write(smapsJsonBegin(this.#pid, comm, takenAt));
    this.#begun.resolve(this.#out);
  }

  async #take(part: Part, body: Uint8Array): Promise<void> {
    this.#pause();
    this.#begin(part.comm, part.takenAt);
    this.#flagSets.push(...part.flagSets);
    const cells = new Float64Array(body.buffer, body.byteOffset, body.byteLength / Float64Array.BYTES_PER_ELEMENT);
    const text = smapsJsonRows(cells, this.#flagSets, !this.#hasRows, this.#digits);
    this.#hasRows ||= text !== '';
    if (!this.#out.write(text)) await this.#drained();
    this.#readingSince = performance.now();
  }

  /** Adds the time of the present read, and stops counting. */
  #pause(): void {
    const now = performance.now();
    this.#tookMs += now - (this.#readingSince ?? now);
    this.#readingSince = null;
  }

  async #drained(): Promise<void> {
    const since = performance.now();
    if (!(await drained(this.#out, Math.min(PATIENCE_MS, this.#mostWaitMs - this.#waitedMs)))) {
      this.#slow = new ApiFault(TOO_SLOW);
      this.#abort.abort();
    }
    this.#waitedMs += performance.now() - since;
  }
}
