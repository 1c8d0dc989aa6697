import type { Socket } from 'node:net';
import { type AskedOp, OPS } from '../../reader/protocol/ops.ts';
import { MAX_ANSWER_BYTES, type ProcessInfo, type ReaderHead } from '../../reader/protocol/protocol.ts';
import { type Hangs, inMessages } from '../../reader/protocol/not-answering.ts';
import { encodeMessage, type Message, MessageReader } from '../../reader/protocol/wire.ts';
import { AsideAsks, left } from './aside-asks.ts';
import type { Ask, PartsTaker, Pending, ReaderAnswer } from './reader-asks.ts';
import { DIED, MAX_DEATHS, ReaderFault, STALLED } from './reader-fault.ts';

/**
 * Without an answer or a heartbeat for this long, the reader is blocked in the kernel. Together with the start of a new
 * reader, this is well below 2 s.
 */
const STUCK_MS = 1000;
const SILENCE_PARTS = 10;
/** A new reader must start first, on a machine that may be busy. */
const START_MS = 10_000;

/**
 * Our end of the stream of the reader or of the files process. Such a process reports itself what the kernel holds it
 * at. If all of it is silent, `stuck` is called to replace it: the first waiting request fails, and the others are
 * repeated. Requests out of turn have their own timeout, after which the process is replaced as well.
 */
export class ReaderLink {
  readonly #stuck: (reason: string) => void;
  #stream: Socket | null = null;
  /** The reader has sent its first answer. */
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
  /** Timeout for the silence of the present reader. */
  #timer: NodeJS.Timeout | undefined;
  /** Timeout for having no reader that is up. */
  #absence: NodeJS.Timeout | undefined;
  #firstSince = 0;
  /** Processes that the reader leaves alone, to be told to the next one. */
  #avoided: Hangs = { pids: [], times: [] };

  constructor(stuck: (reason: string) => void) {
    this.#stuck = stuck;
  }

  /** Sets the stream of a new reader; the previous one is dead or dying. */
  setStream(stream: Socket): void {
    // The new stream may come before the end of the old one is noticed.
    if (this.#stream !== null) this.#lost();
    this.#stream = stream;
    const incoming = new MessageReader(MAX_ANSWER_BYTES);
    stream.on('data', (chunk) => {
      if (stream !== this.#stream) return;
      const first = this.#waiting[0];
      // Any bytes are a sign of life.
      if (this.#up && first !== undefined) this.#watch(first.what, STUCK_MS);
      try {
        for (const message of incoming.push(chunk)) this.#take(message);
        if (this.#up) this.#lookAlive();
      } catch {
        stream.destroy();
      }
    });
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream === this.#stream) this.#lost();
    });
    // The first answer shows that the reader is up; from then on, silence is a hang.
    this.#send(stream, { id: 0, op: 'hello' });
    this.#watch('its start', START_MS);
  }

  /** Rejects with a ReaderFault. `onBusy`: receives the number of bytes read so far, if a map takes long. */
  ask<O extends Exclude<AskedOp, 'smaps'>>(request: { readonly op: O } & Ask<O>, onBusy?: (bytes: number) => void): Promise<ReaderAnswer<O>> {
    return this.#ask<O>(request, null, onBusy);
  }

  /** Like ask(), for an answer in parts. */
  askParts(request: { readonly op: 'smaps' } & Ask<'smaps'>, parts: PartsTaker): Promise<ReaderAnswer<'smaps'>> {
    return parts.signal.aborted ? Promise.reject(left()) : this.#ask<'smaps'>(request, parts);
  }

  #ask<O extends AskedOp>(
    request: { readonly op: O } & Ask<O>,
    parts: PartsTaker | null,
    onBusy: (bytes: number) => void = () => undefined,
  ): Promise<ReaderAnswer<O>> {
    return new Promise((resolve, reject) => {
      const id = ++this.#id;
      const pid = 'pid' in request ? ` ${String(request.pid)}` : '';
      const what = `${request.op}${pid}`;
      const pending = {
        id,
        request: { id, ...request },
        what,
        deaths: 0,
        parts,
        onBusy,
        begun: false,
        rows: [] as ProcessInfo[],
        resolve: resolve as (answer: ReaderAnswer<AskedOp>) => void,
        reject,
      };
      const isOutOfTurn = OPS[request.op].turn !== 'in';
      if (isOutOfTurn) this.#aside.add(pending);
      else this.#waiting.push(pending);
      if (this.#stream === null || !this.#up) {
        this.#miss();
        return;
      }
      this.#send(this.#stream, pending.request);
      if (isOutOfTurn) this.#lookAlive();
      else if (this.#waiting.length === 1) this.#begin();
    });
  }

  #send(stream: Socket, request: object): void {
    for (const buffer of encodeMessage(request)) stream.write(buffer);
  }

  #begin(): void {
    this.#unwatch();
    const first = this.#waiting[0];
    this.#firstSince = performance.now();
    if (first === undefined) this.#lookAlive();
    else this.#watch(first.what, STUCK_MS);
  }

  /** A request out of turn may take long, but the reader answers a hello at once, even meanwhile. */
  #lookAlive(): void {
    if (this.#waiting.length > 0) return;
    this.#unwatch();
    if (this.#aside.size === 0) return;
    this.#timer = setTimeout(() => {
      if (this.#stream === null || this.#aside.size === 0) return;
      this.#send(this.#stream, { id: 0, op: 'hello' });
      this.#watch('whether it is there', STUCK_MS);
    }, STUCK_MS / 2);
  }

  /** The timeout is counted in ten slices, so that a suspended machine uses up one slice, not the whole timeout. */
  #watch(what: string, afterMs: number, parts = SILENCE_PARTS): void {
    clearTimeout(this.#timer);
    const timer = setTimeout(() => {
      // If this process itself was suspended, a sign of life has arrived and is read first.
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
    this.#replace(what);
    first?.reject(new ReaderFault('stalled', STALLED));
  }

  #replace(what: string): void {
    // A reader that is a service can only be ended by this request or, if it does not even read that, by its watchdog.
    // Only sent to a reader that is up: otherwise systemd keeps the stream, and the next reader would end.
    if (this.#stream !== null && this.#up) this.#send(this.#stream, { id: 0, op: 'end' });
    this.#drop();
    this.#stuck(`no answer to ${what}`);
  }

  /**
   * The kernel holds too many threads of the reader. Counts as a death for the current request, which may be the cause.
   */
  #wear(): void {
    const first = this.#waiting[0];
    this.#replace('what the kernel holds too much of it at');
    this.#charge(first, new ReaderFault('stalled', STALLED));
  }

  /** The reader died by itself. The next one gets the current request again, but not for ever if that kills readers. */
  #lost(): void {
    const first = this.#up ? this.#waiting[0] : undefined;
    const wasUp = this.#up;
    this.#drop();
    if (wasUp) this.#aside.noteDeath();
    this.#charge(first, new ReaderFault('unreadable', DIED));
  }

  /** Counts the loss of a reader against the first request. */
  #charge(first: Pending | undefined, fault: ReaderFault): void {
    if (first === undefined || ++first.deaths < MAX_DEATHS) return;
    this.#waiting.shift();
    first.reject(fault);
  }

  /** Gives up the present reader; there is none until the next one comes. */
  #drop(): void {
    this.#stream?.destroy();
    this.#stream = null;
    this.#up = false;
    this.#unwatch();
    this.#aside.cut();
    if (this.#waiting.length + this.#aside.size > 0) this.#miss();
  }

  /** Limits the wait for a reader, even if one after another comes and dies. */
  #miss(): void {
    this.#absence ??= setTimeout(() => {
      this.#absence = undefined;
      const fault = new ReaderFault('stalled', 'the reader is not running; see the log of the daemon');
      for (const { reject } of this.#waiting.splice(0)) reject(fault);
      this.#aside.rejectAll(fault);
    }, START_MS);
  }

  #take(message: Message): void {
    // Trusted: both ends are of the same build, and nobody else uses the stream.
    const head = message.head as ReaderHead;
    if (!this.#up) {
      this.#up = true;
      clearTimeout(this.#absence);
      this.#absence = undefined;
      for (const some of inMessages(this.#avoided)) if (this.#stream !== null) this.#send(this.#stream, { id: 0, op: 'avoid', ...some });
      // Start anew, without the rows of the previous reader.
      for (const { rows } of this.#waiting) rows.length = 0;
      for (const request of [...this.#waiting.map((pending) => pending.request), ...this.#aside.requests])
        if (this.#stream !== null) this.#send(this.#stream, request);
      this.#begin();
      return;
    }
    if (head.status === 'not-answering') {
      this.#avoided = { pids: head.pids, times: head.times };
      return;
    }
    if (head.status === 'worn') {
      this.#wear();
      return;
    }
    if (head.status === 'busy') {
      this.#waiting.find(({ id }) => id === head.id)?.onBusy(head.bytes);
      return;
    }
    if (head.status === 'rows') {
      this.#waiting.find(({ id }) => id === head.id)?.rows.push(...head.processes);
      return;
    }
    if (head.status === 'figures') {
      this.#aside.takePart(head, message.body);
      return;
    }
    const at = this.#waiting.findIndex(({ id }) => id === head.id);
    const pending = at < 0 ? this.#aside.get(head.id) : this.#waiting[at];
    if (pending === undefined) return;
    const tookMs = performance.now() - this.#firstSince;
    if (at >= 0) this.#waiting.splice(at, 1);
    if (at === 0) this.#begin();
    if (head.status === 'error') pending.reject(new ReaderFault(head.error, head.message, head.cpuMs));
    else pending.resolve({ head: wholeOf(head, pending) as ReaderAnswer<AskedOp>['head'], body: message.body, tookMs });
  }
}

/** Adds the rows of a process list that came before its end. */
function wholeOf(head: ReaderHead, { rows }: Pending): ReaderHead {
  return head.status === 'processes' ? { ...head, processes: [...rows, ...head.processes] } : head;
}
