import type { BackgroundWork } from './background-work.ts';
import type { HeldHands } from './hands/held-hands.ts';
import { Lane, type Outcome } from './hands/lane.ts';
import { READER_HAND } from './hands/reader-hand.ts';
import { heldFailure, lostFailure } from './held-failure.ts';
import type { NotAnswering } from './protocol/not-answering.ts';
import { goneOf } from './procfs/process/gone.ts';
import type { Machine } from './procfs/machine.ts';
import type { InTurn } from './protocol/ops.ts';
import type { ProcessInfo, ReaderHead, RequestOf } from './protocol/protocol.ts';

type Send = (head: ReaderHead, body?: Uint8Array) => void;
type Request = InTurn<'in'> | RequestOf<'leader'>;
type Refusal = Extract<ReaderHead, { status: 'error' }>;

/** For the rest of a list after a hang: small files answer at once or not at all. */
const HURRY_LOOKS = 3;

/** Interval of messages to a waiting client, well below the silence that counts as a hang. */
const ALIVE_MS = 300;

/** Answers requests one by one, in order. A process that hangs delays them only once. */
export class TurnWork {
  readonly #lane: Lane;
  readonly #held: HeldHands;
  readonly #aside: BackgroundWork;
  readonly #notAnswering: NotAnswering;
  readonly #send: Send;
  readonly #sent: () => Promise<void>;
  #waiting: (Request | Refusal)[] = [];
  #working = false;
  /** The row of each process as last read. */
  #last: ReadonlyMap<number, ProcessInfo> = new Map();
  #isTrying = false;
  #isForgetting = false;

  /** `sent`: resolves when the last answer is on its way. */
  constructor(machine: Machine, held: HeldHands, notAnswering: NotAnswering, aside: BackgroundWork, send: Send, sent: () => Promise<void>) {
    this.#lane = new Lane(
      READER_HAND,
      machine,
      held,
      () => undefined,
      (pid) => notAnswering.clear(pid),
    );
    this.#held = held;
    this.#aside = aside;
    this.#notAnswering = notAnswering;
    this.#send = send;
    this.#sent = sent;
  }

  warmUp(): void {
    this.#lane.warmUp();
  }

  take(request: Request | Refusal): void {
    this.#waiting.push(request);
    if (!this.#working) void this.#work();
  }

  leave(): void {
    this.#waiting = [];
    this.#lane.stop();
  }

  async #work(): Promise<void> {
    this.#working = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      if ('status' in next) this.#send(next);
      else await this.#answer(next);
      await this.#sent();
    }
    this.#working = false;
  }

  async #answer(request: Request): Promise<void> {
    if (request.op === 'processes') {
      await this.#list(request.id);
      return;
    }
    const pid = 'pid' in request && request.op !== 'forget' ? request.pid : 0;
    const restMs = pid === 0 ? null : this.#notAnswering.restMs(pid, performance.now());
    // Runs beside the queue: it may hang again.
    if (restMs === 0) void this.#run(request, pid, true);
    else if (restMs !== null) this.#send({ id: request.id, status: 'error', ...heldFailure(pid) });
    else await this.#run(request, pid, false);
  }

  async #run(request: Request, pid: number, isTrial: boolean): Promise<void> {
    const { id } = request;
    let bytes = 0;
    const taker = {
      take: (message: { readonly type: string; readonly head?: ReaderHead; readonly body?: Uint8Array | null }): void => {
        if (message.head === undefined) return;
        if (message.head.status === 'busy') ({ bytes } = message.head);
        this.#send(message.head, message.body ?? undefined);
      },
      alive: (): void => this.#send({ id, status: 'busy', bytes }),
    };
    // The request may wait for a thread.
    const timer = isTrial ? setInterval(taker.alive, ALIVE_MS) : undefined;
    const outcome = await (isTrial ? this.#aside.run(request, taker) : this.#lane.run({ type: 'job', job: request }, taker));
    clearInterval(timer);
    if (outcome.how === 'lost') this.#send({ id, status: 'error', ...lostFailure(outcome.why) });
    else if (outcome.how === 'held') this.#tellHeld(id, outcome.pid);
    // Finding a thread's process reads fewer files than may hang, so it proves nothing.
    else if (isTrial && request.op !== 'leader') this.#notAnswering.clear(pid);
  }

  #tellHeld(id: number, pid: number): void {
    if (pid > 0) this.#notAnswering.note(pid, performance.now());
    this.#send({ id, status: 'error', ...heldFailure(pid) });
  }

  /** Sends the list in pieces, as it is read. A process that hangs is skipped; its row is the last known one. */
  async #list(id: number): Promise<void> {
    const fresh = new Map<number, ProcessInfo>();
    /**
     * The last process sent. Not the one that hangs: the thread may have read others before it without sending them.
     */
    let above = 0;
    const tell = (rows: readonly ProcessInfo[]): void => {
      const told = rows.map((row) => (row.answering ? row : { ...(this.#last.get(row.pid) ?? row), answering: false }));
      for (const row of told) fresh.set(row.pid, row);
      above = told.at(-1)?.pid ?? above;
      this.#send({ id, status: 'rows', processes: told });
    };
    let outcome: Outcome;
    let readMs = 0;
    for (let patience: number | undefined; ; patience = HURRY_LOOKS) {
      const began = performance.now();
      let toldAt = began;
      outcome = await this.#lane.run(
        { type: 'job', job: { id, op: 'processes' }, list: { above, avoid: this.#notAnswering.pids } },
        {
          take: (message) => {
            if (message.type !== 'rows') return;
            tell(message.rows);
            toldAt = performance.now();
          },
          alive: () => this.#send({ id, status: 'busy', bytes: 0 }),
          ...(patience === undefined ? {} : { patience }),
        },
      );
      readMs += (outcome.how === 'held' ? toldAt : performance.now()) - began;
      if (outcome.how !== 'held' || outcome.pid === 0) break;
      this.#notAnswering.note(outcome.pid, performance.now());
    }
    if (outcome.how === 'lost') this.#send({ id, status: 'error', ...lostFailure(outcome.why) });
    else if (outcome.how === 'held') this.#tellHeld(id, 0);
    else {
      this.#last = fresh;
      this.#send({ id, status: 'processes', processes: [], readMs });
      // Only a complete list shows which processes are gone.
      this.#probe(fresh);
    }
  }

  /** Forgets processes that are gone, and tries the others again. */
  #probe(seen: ReadonlyMap<number, ProcessInfo>): void {
    void this.#forgetGone(seen);
    void this.#tryAgain();
  }

  /** Tests each id itself, since the list does not contain ids of threads. */
  async #forgetGone(seen: ReadonlyMap<number, ProcessInfo>): Promise<void> {
    if (this.#isForgetting) return;
    this.#isForgetting = true;
    for (const pid of await goneOf(this.#notAnswering.known.filter((each) => !seen.has(each)))) this.#notAnswering.forget(pid);
    this.#isForgetting = false;
  }

  /**
   * Tries processes whose rest is over, beside the queue and one by one. Stops at the first that hangs; the next list
   * continues. Trying all at once could block all threads. Skips a process that still blocks a thread: it would block
   * another.
   */
  async #tryAgain(): Promise<void> {
    if (this.#isTrying) return;
    this.#isTrying = true;
    for (let how = 'done'; how === 'done';) {
      const pid = this.#notAnswering.pids.find((each) => this.#notAnswering.restMs(each, performance.now()) === 0 && !this.#held.isAt(each));
      if (pid === undefined) break;
      const job = { id: -pid, op: 'processes' } as const;
      ({ how } = await this.#aside.run(job, { take: () => undefined, patience: HURRY_LOOKS }, { list: { above: pid - 1, avoid: [], upTo: pid } }));
      if (how === 'held') this.#notAnswering.note(pid, performance.now());
      else if (how === 'done') this.#notAnswering.clear(pid);
    }
    this.#isTrying = false;
  }
}
