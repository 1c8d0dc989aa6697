import type { Socket } from 'node:net';
import { handScript } from '../reader/hands/hand.ts';
import { HeldHands } from '../reader/hands/held-hands.ts';
import { Lane } from '../reader/hands/lane.ts';
import { heldFailure, lostFailure } from '../reader/held-failure.ts';
import { NotAnswering } from '../reader/protocol/not-answering.ts';
import { isFailure } from '../reader/procfs/process/outcome.ts';
import { readMachine } from '../reader/procfs/machine.ts';
import { hasTurn, type InTurn } from '../reader/protocol/ops.ts';
import { MAX_REQUEST_BYTES, type ReaderHead } from '../reader/protocol/protocol.ts';
import { idOf, parseRequest } from '../reader/protocol/request.ts';
import { endNow } from '../common/end-now.ts';
import { encodeMessage, MessageReader } from '../reader/protocol/wire.ts';
import { MuteFiles } from './mute-files.ts';

/**
 * Maximum number of threads that open files, including blocked ones. If all are blocked, this process must be replaced.
 */
const MAX_AT_ONCE = 2;
const MAX_WAITING = 64;
const FILES_HAND = handScript('../../files/hand-main.ts', 'files-hand.js');

/**
 * Answers requests that open or look up files of other processes, on one stream. An unresponsive file system may block
 * any of its threads, and then even a signal may not end this process.
 */
export class FilesServer {
  readonly #stream: Socket;
  readonly #lanes: readonly Lane[];
  readonly #notAnswering: NotAnswering;
  #waiting: InTurn<'files'>[] = [];
  readonly #mute = new MuteFiles();

  constructor(stream: Socket) {
    this.#stream = stream;
    const machine = readMachine();
    const held = new HeldHands(MAX_AT_ONCE, () => this.#send({ id: 0, status: 'worn' }));
    const notAnswering = new NotAnswering(() => this.#send({ id: 0, status: 'not-answering', ...notAnswering.hangs }));
    this.#notAnswering = notAnswering;
    const next = this.#next.bind(this);
    this.#lanes = Array.from({ length: MAX_AT_ONCE }, () => new Lane(FILES_HAND, machine, held, next, (pid) => this.#clear(pid)));
    stream.on('close', () => {
      this.#waiting = [];
      for (const lane of this.#lanes) lane.stop();
    });
    const incoming = new MessageReader(MAX_REQUEST_BYTES);
    stream.on('data', (chunk) => {
      try {
        for (const { head } of incoming.push(chunk)) this.#take(head);
      } catch {
        stream.destroy();
      }
    });
  }

  #take(head: unknown): void {
    const request = parseRequest(head);
    if (typeof request === 'string') this.#send({ id: idOf(head), status: 'error', error: 'bad_request', message: request });
    else if (request.op === 'hello') this.#send({ id: request.id, status: 'up' });
    else if (request.op === 'end') endNow();
    else if (request.op === 'avoid') this.#notAnswering.avoid(request, performance.now());
    else if (!hasTurn(request, 'files')) this.#send({ id: request.id, status: 'error', error: 'bad_request', message: 'the reader answers this' });
    else if (this.#waiting.length >= MAX_WAITING) this.#send({ id: request.id, status: 'error', ...heldFailure(0) });
    else {
      this.#waiting.push(request);
      this.#next();
    }
  }

  #next(): void {
    for (const lane of this.#lanes) {
      // One request per process at a time, so that a process cannot occupy all threads.
      const at = lane.isFree ? this.#waiting.findIndex(({ pid }) => !this.#lanes.some((each) => each.pid === pid)) : -1;
      const [request] = at < 0 ? [] : this.#waiting.splice(at, 1);
      if (request !== undefined) void this.#answer(lane, request);
    }
  }

  async #answer(lane: Lane, request: InTurn<'files'>): Promise<void> {
    const { id, pid } = request;
    const restMs = this.#notAnswering.restMs(pid, performance.now());
    const isElsewhere = this.#mute.isElsewhere(request);
    if (restMs !== null && restMs > 0 && !isElsewhere) {
      this.#tellMute(request);
      this.#next();
      return;
    }
    const asked: string[] = [];
    const outcome = await lane.run(
      { type: 'job', job: request },
      {
        take: (message) => {
          if (message.type === 'asks' && message.fileSystem !== asked.at(-1)) asked.push(message.fileSystem);
          if (message.type === 'head') this.#send(message.head);
        },
      },
    );
    if (outcome.how === 'lost') this.#send({ id, status: 'error', ...lostFailure(outcome.why) });
    else if (outcome.how === 'held') {
      this.#notAnswering.note(pid, performance.now());
      this.#mute.keep(this.#notAnswering.pids);
      this.#mute.note(request, asked.at(-1));
      this.#tellMute(request);
      // An answer about the program does not show that the other file's file system answers.
    } else if (restMs !== null && !isElsewhere) this.#clear(pid);
  }

  #clear(pid: number): void {
    this.#notAnswering.clear(pid);
    this.#mute.forget(pid);
  }

  /** Replies that the process is left alone, or which file system did not answer. */
  #tellMute(request: InTurn<'files'>): void {
    const { id } = request;
    const answer = this.#mute.answerTo(request);
    this.#send(isFailure(answer) ? { id, status: 'error', ...answer } : { id, status: 'file', file: answer });
  }

  #send(head: ReaderHead): void {
    if (this.#stream.destroyed) return;
    for (const buffer of encodeMessage(head)) this.#stream.write(buffer);
  }
}
