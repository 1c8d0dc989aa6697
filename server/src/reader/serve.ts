import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { BackgroundWork } from './background-work.ts';
import { endNow } from '../common/end-now.ts';
import { noteGarbage } from '../common/garbage.ts';
import type { RootPlan } from './kernel/root-files/root-plan.ts';
import { PeerLookups } from './peer-lookups.ts';
import { readMachine } from './procfs/machine.ts';
import { hasTurn, type InTurn } from './protocol/ops.ts';
import { MAX_REQUEST_BYTES, type ReaderHead } from './protocol/protocol.ts';
import { ReaderHangs } from './reader-hangs.ts';
import { idOf, parseRequest } from './protocol/request.ts';
import { TurnWork } from './turn-work.ts';
import { encodeMessage, MessageReader } from './protocol/wire.ts';

/** Garbage of an answer besides its body: the chunk of the request. */
const MIN_GARBAGE_BYTES = 64 * 1024;

/**
 * Answers requests on one stream. Threads (hands/) read all files of processes, since the kernel may hold them. This
 * class passes work to them, watches them, finds the users of connections, and never waits for a process itself.
 */
export class ReaderServer {
  readonly #stream: Socket;
  readonly #turn: TurnWork;
  readonly #aside: BackgroundWork;
  readonly #hangs: ReaderHangs;
  readonly #tell = (head: ReaderHead): void => this.#send(head);
  readonly #peers = new PeerLookups((head) => this.#send(head));

  /** `hangs`: state of the whole process, if it serves one stream after another. */
  constructor(stream: Socket, root: Promise<RootPlan>, hangs = new ReaderHangs()) {
    this.#stream = stream;
    const send = this.#send.bind(this);
    const machine = readMachine();
    const { held, notAnswering } = hangs;
    this.#hangs = hangs;
    this.#aside = new BackgroundWork(machine, held, notAnswering, root, send);
    this.#turn = new TurnWork(machine, held, notAnswering, this.#aside, send, () => this.#sent());
    stream.on('close', () => {
      hangs.leave(this.#tell);
      this.#turn.leave();
      this.#aside.leave();
    });
    const incoming = new MessageReader(MAX_REQUEST_BYTES);
    stream.on('data', (chunk) => {
      try {
        for (const { head } of incoming.push(chunk)) this.#take(head);
      } catch {
        // Not this protocol: the next message cannot be found, so no error can be sent.
        stream.destroy();
      }
    });
  }

  /** Starts the threads that are always needed. */
  warmUp(): void {
    this.#turn.warmUp();
    this.#aside.warmUp();
  }

  #take(head: unknown): void {
    const request = parseRequest(head);
    if (typeof request === 'string') this.#turn.take({ id: idOf(head), status: 'error', error: 'bad_request', message: request });
    else if (hasTurn(request, 'now')) this.#takeNow(request);
    else if (hasTurn(request, 'files')) this.#send({ id: request.id, status: 'error', error: 'bad_request', message: 'the files process answers this' });
    else if (hasTurn(request, 'aside')) this.#aside.take(request);
    else if (request.op === 'peer') this.#peers.take(request);
    else this.#turn.take(request);
  }

  #takeNow(request: InTurn<'now'>): void {
    switch (request.op) {
      case 'hello':
        this.#send({ id: request.id, status: 'up' });
        this.#hangs.join(this.#tell);
        break;
      case 'avoid':
        this.#hangs.notAnswering.avoid(request, performance.now());
        break;
      case 'next':
      case 'cancel':
        this.#aside.goOn(request.id, request.op === 'next');
        break;
      case 'end':
        endNow();
    }
  }

  /**
   * Waits until an answer is on its way. Otherwise many large ones in a row would be buffered here, and the silence
   * would count as a hang.
   */
  async #sent(): Promise<void> {
    await setImmediate();
    const stream = this.#stream;
    if (!stream.writableNeedDrain || stream.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        stream.off('drain', done).off('close', done);
        resolve();
      };
      stream.on('drain', done).on('close', done);
    });
  }

  #send(head: ReaderHead, body?: Uint8Array): void {
    if (this.#stream.destroyed) return;
    noteGarbage(MIN_GARBAGE_BYTES + (body?.byteLength ?? 0));
    for (const buffer of encodeMessage(head, body)) this.#stream.write(buffer);
  }
}
