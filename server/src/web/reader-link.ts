import type { Socket } from 'node:net';
import { MAX_ANSWER_BYTES, OUT_OF_TURN_OPS, type ReaderHead } from '../reader/protocol.ts';
import { Restarts } from '../daemon/restarts.ts';
import { encodeMessage, type Message, MessageReader } from '../reader/wire.ts';
import { AsideAsks, left } from './aside-asks.ts';
import type { Answer, Ask, Op, PartsTaker, Pending } from './reader-asks.ts';
import { DIED, MOST_DEATHS, ReaderFault, STALLED } from './reader-fault.ts';

/** Neither an answer nor a sign of work for so long: the kernel holds it. With what a new reader takes, well below 2 s. */
const STUCK_MS = 1000;
const SILENCE_PARTS = 10;
/** A fresh reader has to start first, on a machine that may be busy. */
const START_MS = 10_000;
/** Where the list of processes hung twice in a row, it hangs at command lines: it goes without them for so long. */
const MOST_LIST_HANGS = 1;
const LIST_HANGS_MS = 60_000;

/**
 * The asking end of the reader's stream. The reader answers one request after the other, so that the first one waiting is what it works at: when that takes
 * too long without a sign of life, `stuck` is told, which replaces the reader; that request fails, and all behind it are asked again. What it does aside
 * has a time of its own, and then the reader is replaced as well: else the kernel would hold one thread of it after the other.
 */
export class ReaderLink {
  readonly #stuck: (reason: string) => void;
  #stream: Socket | null = null;
  /** The reader has answered its first question. */
  #up = false;
  readonly #waiting: Pending[] = [];
  readonly #aside = new AsideAsks(
    (request) => {
      if (this.#up && this.#stream !== null) this.#send(this.#stream, request);
    },
    (what) => {
      if (this.#up) this.#replace(what);
    },
  );
  #id = 0;
  /** Of the reader that is there: how long it may still be silent. */
  #timer: NodeJS.Timeout | undefined;
  /** Without one that is up: how long there may still be none. */
  #absence: NodeJS.Timeout | undefined;
  #firstSince = 0;
  readonly #listHangs = new Restarts(MOST_LIST_HANGS, LIST_HANGS_MS);
  #plainUntil = -Infinity;

  constructor(stuck: (reason: string) => void) {
    this.#stuck = stuck;
  }

  /** A fresh reader's stream; the one before is dead or dies. */
  setStream(stream: Socket): void {
    // The next one may be here before the end of the last is seen.
    if (this.#stream !== null) this.#lost();
    this.#stream = stream;
    const incoming = new MessageReader(MAX_ANSWER_BYTES);
    stream.on('data', (chunk) => {
      if (stream !== this.#stream) return;
      const first = this.#waiting[0];
      // Bytes of any kind are a sign of life.
      if (this.#up && first !== undefined) this.#watch(first.what, STUCK_MS);
      try {
        for (const message of incoming.push(chunk)) this.#take(message);
      } catch {
        stream.destroy();
      }
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream === this.#stream) this.#lost();
    });
    // Its first answer says that it is up: from then on silence is a hang.
    this.#send(stream, { id: 0, op: 'system' });
    this.#watch('its start', START_MS);
  }

  /** Rejects with a ReaderFault. `onBusy`: bytes of a map that are read so far, while that takes long. */
  ask<O extends Exclude<Op, 'smaps'>>(request: { readonly op: O } & Ask<O>, onBusy?: (bytes: number) => void): Promise<Answer<O>> {
    return this.#ask<O>(request, null, onBusy);
  }

  /** The same of an answer in parts. */
  askParts(request: { readonly op: 'smaps' } & Ask<'smaps'>, parts: PartsTaker): Promise<Answer<'smaps'>> {
    return parts.signal.aborted ? Promise.reject(left()) : this.#ask<'smaps'>(request, parts);
  }

  #ask<O extends Op>(request: { readonly op: O } & Ask<O>, parts: PartsTaker | null, onBusy: (bytes: number) => void = () => undefined): Promise<Answer<O>> {
    return new Promise((resolve, reject) => {
      const id = ++this.#id;
      const pid = 'pid' in request ? ` ${String(request.pid)}` : '';
      const what = `${request.op}${pid}`;
      const pending = {
        id,
        request: { id, ...request, ...(request.op === 'processes' && performance.now() < this.#plainUntil ? { cmdlines: false } : {}) },
        what,
        deaths: 0,
        parts,
        onBusy,
        begun: false,
        resolve: resolve as (answer: Answer<Op>) => void,
        reject,
      };
      const isAside = OUT_OF_TURN_OPS.some((op) => op === request.op);
      if (isAside) this.#aside.add(pending);
      else this.#waiting.push(pending);
      if (this.#stream === null || !this.#up) {
        this.#miss();
        return;
      }
      this.#send(this.#stream, pending.request);
      if (!isAside && this.#waiting.length === 1) this.#begin();
    });
  }

  #send(stream: Socket, request: object): void {
    for (const buffer of encodeMessage(request)) stream.write(buffer);
  }

  #begin(): void {
    this.#unwatch();
    const first = this.#waiting[0];
    this.#firstSince = performance.now();
    if (first !== undefined) this.#watch(first.what, STUCK_MS);
  }

  /** Silence counts in tenths that this process lived through: where the machine stands still, so does the reader, and however long that takes, it is one of them. */
  #watch(what: string, afterMs: number, parts = SILENCE_PARTS): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      // When it was this process that did nothing for so long, a sign of life is here and waits to be read.
      setImmediate(() => {
        if (timer !== this.#timer) return;
        if (parts > 1) this.#watch(what, afterMs, parts - 1);
        else this.#giveUp(what);
      });
    }, afterMs / SILENCE_PARTS);
    this.#timer = timer;
  }

  #unwatch(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #giveUp(what: string): void {
    const first = this.#up ? this.#waiting.shift() : undefined;
    const now = performance.now();
    if (first?.what === 'processes' && this.#listHangs.tooMany(now)) this.#plainUntil = now + LIST_HANGS_MS;
    this.#replace(what);
    first?.reject(new ReaderFault('stalled', STALLED));
  }

  #replace(what: string): void {
    // As a service nobody else may end it. It hears that over its own stream, so that no other reader does; one that does not hear at all is ended by its watchdog.
    if (this.#stream !== null) this.#send(this.#stream, { id: 0, op: 'end' });
    this.#drop();
    this.#stuck(`no answer to ${what}`);
  }

  /** The reader died by itself: the next one is asked again what it was at, but a question that kills readers is not asked for ever. */
  #lost(): void {
    const first = this.#up ? this.#waiting[0] : undefined;
    const wasUp = this.#up;
    this.#drop();
    if (wasUp) this.#aside.noteDeath();
    if (first === undefined || ++first.deaths < MOST_DEATHS) return;
    this.#waiting.shift();
    first.reject(new ReaderFault('unreadable', DIED));
  }

  /** Without a reader, until the next one comes. */
  #drop(): void {
    this.#stream?.destroy();
    this.#stream = null;
    this.#up = false;
    this.#unwatch();
    this.#aside.cut();
    if (this.#waiting.length + this.#aside.size > 0) this.#miss();
  }

  /** Who waits for a reader does not wait for ever, also when one after the other comes and dies. */
  #miss(): void {
    this.#absence ??= setTimeout(() => {
      this.#absence = undefined;
      const fault = new ReaderFault('stalled', 'there is no reader; the log of the daemon says why');
      for (const { reject } of this.#waiting.splice(0)) reject(fault);
      this.#aside.rejectAll(fault);
    }, START_MS);
  }

  #take(message: Message): void {
    // Both ends are of one build, and the stream is nobody else's.
    const head = message.head as ReaderHead;
    if (!this.#up) {
      this.#up = true;
      clearTimeout(this.#absence);
      this.#absence = undefined;
      for (const request of [...this.#waiting.map((pending) => pending.request), ...this.#aside.requests])
        if (this.#stream !== null) this.#send(this.#stream, request);
      this.#begin();
      return;
    }
    if (head.status === 'busy') {
      const [busy] = this.#waiting;
      if (busy?.id === head.id) busy.onBusy(head.bytes);
      return;
    }
    if (head.status === 'figures') {
      this.#aside.takePart(head, message.body);
      return;
    }
    const first = this.#waiting[0];
    const pending = head.id === first?.id ? first : this.#aside.get(head.id);
    if (pending === undefined) return;
    const tookMs = performance.now() - this.#firstSince;
    if (pending === first) {
      this.#waiting.shift();
      this.#begin();
    }
    if (head.status === 'error') pending.reject(new ReaderFault(head.error, head.message));
    else pending.resolve({ head, body: message.body, tookMs });
  }
}
