import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { decodeFrame, type Frame } from '@procmap/shared/codec.ts';
import { encodeMessage, type Message, MessageReader } from '../src/reader/protocol/wire.ts';
import { MAX_ANSWER_BYTES, type ProcessInfo, type ReaderHead } from '../src/reader/protocol/protocol.ts';

const READER = join(import.meta.dirname, '../src/reader/main.ts');

export interface ReaderOptions {
  /** PROCMAP_PROC */
  readonly procRoot?: string;
  /** Another script than the source, such as the build's. */
  readonly script?: string;
  /** Put before the node command, e.g. setpriv and its options. */
  readonly prefix?: readonly string[];
}

type Status<S extends ReaderHead['status']> = Extract<ReaderHead, { status: S }>;
type Snapshot = Extract<Frame, { type: 'snapshot' }>;

interface Answer {
  readonly head: ReaderHead;
  readonly body: Uint8Array;
}

interface Waiting {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** A real reader process from the sources, and the client's end of its stream. */
export class ReaderClient {
  readonly process: ChildProcess;
  readonly #stream: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;
  /** `busy` heads so far. */
  busy = 0;
  /** Messages that answer no request. */
  readonly said: ReaderHead[] = [];
  readonly #rows = new Map<number, ProcessInfo[]>();

  constructor(options: ReaderOptions = {}) {
    const [command, ...args] = [...(options.prefix ?? []), process.execPath, options.script ?? READER];
    const env = options.procRoot === undefined ? {} : { PROCMAP_PROC: options.procRoot };
    this.process = spawn(command, args, { env, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
    this.#stream = this.process.stdio[3] as Socket;
    const incoming = new MessageReader(MAX_ANSWER_BYTES);
    this.#stream.on('data', (chunk: Buffer) => {
      for (const message of incoming.push(chunk)) this.#take(message);
    });
    this.#stream.on('error', () => undefined);
    this.process.on('exit', (status, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`the reader ended with ${signal ?? `status ${status}`}`));
      this.#waiting.clear();
    });
  }

  #take(message: Message): void {
    const head = message.head as ReaderHead;
    if (head.status === 'busy') {
      this.busy++;
      return;
    }
    if (head.id === 0) this.said.push(head);
    if (head.status === 'rows') {
      this.#rows.set(head.id, [...(this.#rows.get(head.id) ?? []), ...head.processes]);
      return;
    }
    const whole = head.status === 'processes' ? { ...head, processes: [...(this.#rows.get(head.id) ?? []), ...head.processes] } : head;
    this.#waiting.get(head.id)?.resolve({ head: whole, body: message.body });
    this.#waiting.delete(head.id);
  }

  /** Sends any object with a new id; returns the whole answer. */
  ask(request: Record<string, unknown>): Promise<Answer> {
    const id = ++this.#id;
    this.sendRaw(Buffer.concat(encodeMessage({ id, ...request })));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** Requests the next part of the answer to the request with this id. */
  again(id: number, request: Record<string, unknown>): Promise<Answer> {
    this.sendRaw(Buffer.concat(encodeMessage({ id, ...request })));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
    });
  }

  /** Sends a message that has no answer. */
  tell(request: Record<string, unknown>): void {
    this.sendRaw(Buffer.concat(encodeMessage({ id: 0, ...request })));
  }

  sendRaw(bytes: Buffer): void {
    this.#stream.write(bytes);
  }

  /** The map of a process; fails the test if the answer is not a map. */
  async map(pid: number, etag: string | null = null): Promise<Snapshot & { etag: string }> {
    const { head, body } = await this.ask({ op: 'map', pid, etag });
    if (head.status !== 'map') throw new Error(`no map: ${JSON.stringify(head)}`);
    const frame = decodeFrame(body);
    if (frame.type !== 'snapshot') throw new Error('not a snapshot');
    return { ...frame, etag: head.etag };
  }

  async error(pid: number, etag: string | null = null): Promise<Status<'error'>> {
    const { head } = await this.ask({ op: 'map', pid, etag });
    if (head.status !== 'error') throw new Error(`no error: ${JSON.stringify(head)}`);
    return head;
  }

  async stop(): Promise<void> {
    this.#stream.destroy();
    if (this.process.exitCode === null && this.process.signalCode === null) await once(this.process, 'exit');
  }
}
