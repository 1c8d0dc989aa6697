import type { Socket } from 'node:net';
import { type EndRequest, MAX_ANSWER_BYTES, OUT_OF_TURN_OPS, type PartRequest, type ReaderHead, type ReaderRequest } from '../reader/protocol.ts';
import { Restarts } from '../daemon/restarts.ts';
import { encodeMessage, type Message, MessageReader } from '../reader/wire.ts';
import { ReaderFault } from './reader-fault.ts';

type Op = Exclude<ReaderRequest, PartRequest | EndRequest>['op'];
/** A request without its id. */
type Ask<O extends Op> = Omit<Extract<ReaderRequest, { op: O }>, 'id'>;

interface Answers {
  readonly processes: Extract<ReaderHead, { status: 'processes' }>;
  readonly system: Extract<ReaderHead, { status: 'system' }>;
  readonly map: Extract<ReaderHead, { status: 'map' | 'unchanged' }>;
  readonly memory: Extract<ReaderHead, { status: 'memory' }>;
  readonly program: Extract<ReaderHead, { status: 'program' }>;
  readonly kernel: Extract<ReaderHead, { status: 'kernel' }>;
  readonly smaps: Extract<ReaderHead, { status: 'smaps' }>;
  readonly pages: Extract<ReaderHead, { status: 'pages' }>;
  readonly peer: Extract<ReaderHead, { status: 'peer' }>;
  readonly leader: Extract<ReaderHead, { status: 'leader' }>;
  readonly forget: Extract<ReaderHead, { status: 'forgotten' }>;
}

export interface Answer<O extends Op> {
  readonly head: Answers[O];
  /** Of `map`: a snapshot frame, in a buffer of its own; of `pages`: a byte a page. */
  readonly body: Uint8Array;
  /** Wall time from when the reader could begin with it, ms. */
  readonly tookMs: number;
}

/** A part of an answer: see ReaderHead. */
export type Part = Extract<ReaderHead, { status: 'figures' }>;

/** For an answer in parts. */
export interface PartsTaker {
  /** The next part is not read before this one is done with. */
  readonly take: (part: Part, body: Uint8Array) => Promise<void>;
  /** Nobody wants the rest of it: rejects with what it says. */
  readonly signal: AbortSignal;
}

interface Pending {
  readonly id: number;
  readonly request: object;
  readonly what: string;
  /** Readers that died with it. */
  deaths: number;
  readonly parts: PartsTaker | null;
  readonly onBusy: (bytes: number) => void;
  /** Something of it has come already. */
  begun: boolean;
  readonly resolve: (answer: Answer<Op>) => void;
  readonly reject: (fault: ReaderFault) => void;
}

/** What is answered aside: it has a time of its own, of which `pause` stops the clock, and `go` sets it off anew. */
interface Aside extends Pending {
  readonly go: () => void;
  readonly pause: () => void;
}

/** Neither an answer nor a sign of work for so long: the kernel holds it. With what a new reader takes, well below 2 s. */
const STUCK_MS = 1000;
/** A fresh reader has to start first, on a machine that may be busy. */
const START_MS = 10_000;
const STALLED = 'the kernel did not answer in time: the process may hold its own memory map locked; procmap tries again';
const KERNEL_STALLED = 'the kernel did not tell of its half in time; procmap tries again';
const DIED = 'the reader died of it, twice; its last words are in the log of the daemon';
const CUT = 'the reader was replaced before all of the answer was here; ask again';
const MOST_DEATHS = 2;
/** Where the list of processes hung twice in a row, it hangs at command lines: it goes without them for so long. */
const MOST_LIST_HANGS = 1;
const LIST_HANGS_MS = 60_000;
/** For what is answered out of turn, or each part of it: to sum up the memory of a process with a terabyte takes half of that. */
const ASIDE_MS = 30_000;

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
  /** By id: what the reader may answer when it can. */
  readonly #aside = new Map<number, Aside>();
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
    return this.#ask<'smaps'>(request, parts);
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
      if (isAside) this.#askAside(pending);
      else this.#waiting.push(pending);
      if (this.#stream === null || !this.#up) {
        this.#miss();
        return;
      }
      this.#send(this.#stream, pending.request);
      if (!isAside && this.#waiting.length === 1) this.#begin();
    });
  }

  #askAside(pending: Pending): void {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      if (this.#up && this.#stream !== null) this.#send(this.#stream, { id: pending.id, op: 'cancel' });
      aside.reject(new ReaderFault('stalled', 'nobody waits for this any more'));
    };
    const settle = <A extends readonly unknown[]>(how: (...args: A) => void) => {
      return (...args: A): void => {
        clearTimeout(timer);
        pending.parts?.signal.removeEventListener('abort', cancel);
        this.#aside.delete(pending.id);
        how(...args);
      };
    };
    const { resolve } = pending;
    const aside = {
      ...pending,
      resolve: settle((answer: Answer<Op>) => {
        resolve({ ...answer, tookMs: performance.now() - began });
      }),
      reject: settle(pending.reject),
      go: (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => {
          aside.reject(new ReaderFault('stalled', pending.what === 'kernel' ? KERNEL_STALLED : STALLED));
          if (this.#up) this.#replace(pending.what);
        }, ASIDE_MS);
      },
      pause: (): void => {
        clearTimeout(timer);
      },
    };
    this.#aside.set(pending.id, aside);
    aside.go();
    pending.parts?.signal.addEventListener('abort', cancel);
    if (pending.parts?.signal.aborted === true) cancel();
  }

  /** Hands a part on, and asks for the next one when whoever takes it is done. */
  #takePart(aside: Aside, part: Part, body: Uint8Array): void {
    const stream = this.#stream;
    aside.begun = true;
    aside.pause();
    void aside.parts?.take(part, body).then(
      () => {
        if (this.#aside.get(aside.id) !== aside || stream === null || stream !== this.#stream) return;
        aside.go();
        this.#send(stream, { id: aside.id, op: 'next' });
      },
      () => undefined,
    );
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

  #watch(what: string, afterMs: number): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      // When it was this process that did nothing for so long, a sign of life is here and waits to be read.
      setImmediate(() => {
        if (timer === this.#timer) this.#giveUp(what);
      });
    }, afterMs);
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
    if (wasUp) for (const aside of [...this.#aside.values()]) if (++aside.deaths >= MOST_DEATHS) aside.reject(new ReaderFault('unreadable', DIED));
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
    // Who has a part of the answer cannot take it from the beginning.
    for (const aside of [...this.#aside.values()]) if (aside.begun) aside.reject(new ReaderFault('stalled', CUT));
    if (this.#waiting.length + this.#aside.size > 0) this.#miss();
  }

  /** Who waits for a reader does not wait for ever, also when one after the other comes and dies. */
  #miss(): void {
    this.#absence ??= setTimeout(() => {
      this.#absence = undefined;
      for (const { reject } of [...this.#waiting.splice(0), ...this.#aside.values()])
        reject(new ReaderFault('stalled', 'there is no reader; the log of the daemon says why'));
    }, START_MS);
  }

  #take(message: Message): void {
    // Both ends are of one build, and the stream is nobody else's.
    const head = message.head as ReaderHead;
    if (!this.#up) {
      this.#up = true;
      clearTimeout(this.#absence);
      this.#absence = undefined;
      for (const { request } of [...this.#waiting, ...this.#aside.values()]) if (this.#stream !== null) this.#send(this.#stream, request);
      this.#begin();
      return;
    }
    if (head.status === 'busy') {
      const [busy] = this.#waiting;
      if (busy?.id === head.id) busy.onBusy(head.bytes);
      return;
    }
    if (head.status === 'figures') {
      const aside = this.#aside.get(head.id);
      if (aside !== undefined) this.#takePart(aside, head, message.body);
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
