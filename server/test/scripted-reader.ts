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
  /** The asking end. */
  readonly stream: Socket;
  readonly #end: Duplex;
  /** Everything that was asked but the first question, by which it is found to be up. */
  readonly asked: ReaderRequest[] = [];
  /** What it was told, and does not answer. */
  readonly told: ReaderRequest[] = [];
  /** It does not even say that it is there. */
  hangs = false;

  /** `answer` is called for each request but that first one; without it the reader is silent from then on. */
  constructor(answer: Answer = () => undefined, startsUp = true) {
    const [asking, end] = duplexPair();
    // All that is used of a socket is what a Duplex has.
    this.stream = asking as unknown as Socket;
    this.#end = end;
    const incoming = new MessageReader(MAX_REQUEST_BYTES);
    end.on('error', () => undefined);
    end.on('data', (chunk: Buffer) => {
      // Not within the write of who asks: no real stream is that fast.
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

  /** As when its process ends: the stream is closed. */
  die(): void {
    this.stream.destroy();
  }

  get isClosed(): boolean {
    return this.stream.destroyed;
  }

  /** Operations asked for, in words. */
  get operations(): string[] {
    return this.asked.map((request) => ('pid' in request ? `${request.op} ${request.pid}` : request.op));
  }
}
