import type { Socket } from 'node:net';
import { LastTexts } from './last-texts.ts';
import { readMap } from './map.ts';
import { isFailure } from './outcome.ts';
import { type Machine, readMachine } from './procfs/machine.ts';
import { listProcesses } from './procfs/process-list.ts';
import { describeSystem } from './procfs/system.ts';
import type { ReaderHead, ReaderRequest } from './protocol.ts';
import { idOf, parseRequest } from './request.ts';
import { encodeMessage, MessageReader } from './wire.ts';

interface Answer {
  readonly head: ReaderHead;
  readonly body?: Uint8Array;
}

/** Answers requests on one stream, strictly one after the other, in the order of asking. */
export class ReaderServer {
  readonly #stream: Socket;
  readonly #avoidCmdline: ReadonlySet<number>;
  readonly #machine: Machine = readMachine();
  readonly #last = new LastTexts();
  readonly #waiting: unknown[] = [];
  #working = false;

  /** `avoidCmdline`: see listProcesses(). */
  constructor(stream: Socket, avoidCmdline: ReadonlySet<number>) {
    this.#stream = stream;
    this.#avoidCmdline = avoidCmdline;
    const incoming = new MessageReader();
    stream.on('data', (chunk) => {
      try {
        for (const { head } of incoming.push(chunk)) this.#waiting.push(head);
      } catch {
        // Not this protocol: there is nobody to tell, and no way to find the next message.
        stream.destroy();
      }
      if (!this.#working) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#working = true;
    while (this.#waiting.length > 0) {
      const { head, body } = await this.#answer(this.#waiting.shift());
      this.#send(head, body);
    }
    this.#working = false;
  }

  async #answer(head: unknown): Promise<Answer> {
    const request = parseRequest(head);
    if (typeof request === 'string') return { head: { id: idOf(head), status: 'error', error: 'bad_request', message: request } };
    const { id } = request;
    const busy = (): void => {
      this.#send({ id, status: 'busy' });
    };
    try {
      return await this.#serve(request, busy);
    } catch (error) {
      return { head: { id, status: 'error', error: 'unreadable', message: `the reader failed: ${error instanceof Error ? error.message : String(error)}` } };
    }
  }

  async #serve(request: ReaderRequest, busy: () => void): Promise<Answer> {
    const { id } = request;
    switch (request.op) {
      case 'processes':
        return { head: { id, status: 'processes', processes: await listProcesses(this.#avoidCmdline, busy) } };
      case 'system':
        return { head: { id, status: 'system', system: describeSystem(this.#machine) } };
      case 'forget':
        this.#last.forget(request.pid);
        return { head: { id, status: 'forgotten' } };
      case 'map': {
        const before = process.cpuUsage();
        const map = await readMap(request.pid, request.etag, this.#machine, this.#last, busy);
        const { user, system } = process.cpuUsage(before);
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
    for (const buffer of encodeMessage(head, body)) this.#stream.write(buffer);
  }
}
