import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { AsideWork } from './aside-work.ts';
import { KernelReader } from './kernel/kernel-reader.ts';
import type { RootFiles } from './kernel/root-files.ts';
import { LastTexts } from './last-texts.ts';
import { readMap } from './map.ts';
import { isFailure } from './outcome.ts';
import { noteGarbage } from './garbage.ts';
import { PeerLookups } from './peer-lookups.ts';
import { leaderOf } from './procfs/leader.ts';
import { type Machine, readMachine } from './procfs/machine.ts';
import { listProcesses } from './procfs/process-list.ts';
import { describeSystem, machineLayout } from './procfs/system.ts';
import { type LeaderRequest, MAX_REQUEST_BYTES, type ReaderHead, type TurnRequest } from './protocol.ts';
import { idOf, isAside, isPart, parseRequest } from './request.ts';
import { encodeMessage, MessageReader } from './wire.ts';

type Refusal = Extract<ReaderHead, { status: 'error' }>;

/** Of an answer without a body: the chunk that the request came in, what was read for it. */
const LEAST_GARBAGE_BYTES = 64 * 1024;

interface Answer {
  readonly head: ReaderHead;
  readonly body?: Uint8Array;
}

/** Answers requests on one stream: those of a moment one after the other, in the order of asking; what may take long beside them. */
export class ReaderServer {
  readonly #stream: Socket;
  readonly #avoidCmdline: ReadonlySet<number>;
  readonly #machine: Machine = readMachine();
  readonly #last = new LastTexts();
  readonly #waiting: (TurnRequest | Refusal)[] = [];
  #working = false;
  readonly #aside: AsideWork;
  readonly #peers = new PeerLookups((head) => {
    this.#send(head);
  });

  /** `avoidCmdline`: see listProcesses(). */
  constructor(stream: Socket, avoidCmdline: ReadonlySet<number>, root: RootFiles) {
    this.#stream = stream;
    this.#avoidCmdline = avoidCmdline;
    this.#aside = new AsideWork(new KernelReader(this.#machine, root), (head, body) => {
      this.#send(head, body);
    });
    stream.on('close', () => {
      this.#waiting.length = 0;
      this.#aside.leave();
    });
    const incoming = new MessageReader(MAX_REQUEST_BYTES);
    stream.on('data', (chunk) => {
      try {
        for (const { head } of incoming.push(chunk)) this.#take(head);
      } catch {
        // Not this protocol: there is nobody to tell, and no way to find the next message.
        stream.destroy();
      }
      if (!this.#working) void this.#work();
    });
  }

  #take(head: unknown): void {
    const request = parseRequest(head);
    if (typeof request !== 'string' && request.op === 'end') endNow();
    else if (typeof request !== 'string' && request.op === 'peer') this.#peers.take(request);
    else if (typeof request !== 'string' && request.op === 'leader') this.#sayLeader(request);
    else if (typeof request !== 'string' && isAside(request)) this.#aside.take(request);
    else if (typeof request !== 'string' && isPart(request)) this.#aside.goOn(request.id, request.op === 'next');
    else this.#waiting.push(typeof request === 'string' ? { id: idOf(head), status: 'error', error: 'bad_request', message: request } : request);
  }

  #sayLeader({ id, pid }: LeaderRequest): void {
    const leader = leaderOf(pid);
    this.#send(isFailure(leader) ? { id, status: 'error', error: leader.error, message: leader.message } : { id, status: 'leader', ...leader });
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { head, body } = 'status' in next ? { head: next } : await this.#answer(next);
      this.#send(head, body);
      await this.#sent();
    }
    this.#working = false;
  }

  /** Waits until an answer is on its way: without that many large ones in a row would all be kept here, and silence would be taken for a hang. */
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

  async #answer(request: TurnRequest): Promise<Answer> {
    const { id } = request;
    const busy = (bytes = 0): void => {
      this.#send({ id, status: 'busy', bytes });
    };
    try {
      return await this.#serve(request, busy);
    } catch (error) {
      return { head: { id, status: 'error', error: 'unreadable', message: `the reader failed: ${error instanceof Error ? error.message : String(error)}` } };
    }
  }

  async #serve(request: TurnRequest, busy: (bytes?: number) => void): Promise<Answer> {
    const { id } = request;
    switch (request.op) {
      case 'processes':
        return { head: { id, status: 'processes', processes: await listProcesses(request.cmdlines === false ? null : this.#avoidCmdline, busy) } };
      case 'system':
        return { head: { id, status: 'system', system: describeSystem(this.#machine), layout: machineLayout(this.#machine) } };
      case 'forget':
        this.#last.forget(request.pid);
        return { head: { id, status: 'forgotten' } };
      case 'map': {
        // Of this thread: another one may sum up the memory of a process meanwhile.
        const before = process.threadCpuUsage();
        const map = await readMap(request.pid, request.etag, this.#machine, this.#last, busy);
        const { user, system } = process.threadCpuUsage(before);
        const cpuMs = (user + system) / 1000;
        if (isFailure(map)) return { head: { id, status: 'error', error: map.error, message: map.message } };
        const { etag, frame, takenAt, cost } = map;
        return frame === null
          ? { head: { id, status: 'unchanged', etag, cpuMs, takenAt, ...cost } }
          : { head: { id, status: 'map', etag, cpuMs }, body: frame };
      }
    }
  }

  #send(head: ReaderHead, body?: Uint8Array): void {
    noteGarbage(LEAST_GARBAGE_BYTES + (body?.byteLength ?? 0));
    for (const buffer of encodeMessage(head, body)) this.#stream.write(buffer);
  }
}

/** exit() would wait for threads that hang in the kernel. */
function endNow(): never {
  process.kill(process.pid, 'SIGKILL');
  process.exit(1);
}
