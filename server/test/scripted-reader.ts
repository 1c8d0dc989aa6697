import type { Socket } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { MAX_REQUEST_BYTES, type ReaderHead, type ReaderRequest } from '../src/reader/protocol/protocol.ts';
import { encodeMessage, MessageReader } from '../src/reader/protocol/wire.ts';

export const SYSTEM = {
  kernel_release: '6.1.0',
  arch: 'x86_64',
  bits: 64,
  paging_levels: 4,
  page_size: 4096,
  host: 'box',
  uid: 1000,
  capabilities: [],
  reads_all: false,
  root: false,
  container: false,
  missing: [],
} as const;

type Answer = (request: ReaderRequest, reader: ScriptedReader) => void;

/**
 * The reader's end of a stream, for behaviour that a real reader does not show on demand: dying, hanging, and answering
 * at a certain moment.
 */
export class ScriptedReader {
  /** The client's end. */
  readonly stream: Socket;
  readonly #end: Duplex;
  /** All requests except the first, which checks that the reader is up. */
  readonly asked: ReaderRequest[] = [];
  /** Messages without an answer. */
  readonly told: ReaderRequest[] = [];
  /** Does not even report that it is up. */
  hangs = false;

  /** `answer` is called for each request except the first; without it, the reader is silent. */
  constructor(answer: Answer = () => undefined, startsUp = true) {
    const [asking, end] = duplexPair();
    // Only the methods of a Duplex are used.
    this.stream = asking as unknown as Socket;
    this.#end = end;
    const incoming = new MessageReader(MAX_REQUEST_BYTES);
    end.on('error', () => undefined);
    end.on('data', (chunk: Buffer) => {
      // Not during the client's write: no real stream is that fast.
      for (const { head } of incoming.push(chunk)) process.nextTick(() => this.#take(head as ReaderRequest, answer, startsUp));
    });
  }

  #take(request: ReaderRequest, answer: Answer, startsUp: boolean): void {
    if (request.op === 'hello') {
      if (startsUp && !this.hangs) this.up();
    } else if (request.op === 'avoid') this.told.push(request);
    else {
      this.asked.push(request);
      answer(request, this);
    }
  }

  up(): void {
    this.reply({ id: 0, status: 'up' });
  }

  reply(head: ReaderHead, body?: Uint8Array): void {
    this.send(...encodeMessage(head, body));
  }

  send(...chunks: Buffer[]): void {
    for (const chunk of chunks) this.#end.write(chunk);
  }

  /** Closes the stream, as when its process ends. */
  die(): void {
    this.stream.destroy();
  }

  get isClosed(): boolean {
    return this.stream.destroyed;
  }

  /** Requested operations. */
  get operations(): string[] {
    return this.asked.map((request) => ('pid' in request ? `${request.op} ${request.pid}` : request.op));
  }
}
