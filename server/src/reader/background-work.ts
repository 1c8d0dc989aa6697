import type { HeldHands } from './hands/held-hands.ts';
import { type JobTaker, Lane, type Outcome } from './hands/lane.ts';
import type { Job, ToHand } from './hands/messages.ts';
import { heldFailure, lostFailure } from './held-failure.ts';
import { READER_HAND } from './hands/reader-hand.ts';
import type { RootPlan } from './kernel/root-files/root-plan.ts';
import type { NotAnswering } from './protocol/not-answering.ts';
import type { Machine } from './procfs/machine.ts';
import type { InTurn } from './protocol/ops.ts';
import type { ReaderHead } from './protocol/protocol.ts';

/**
 * Looks without progress before the kernel thread counts as blocked. High, since the kernel module walks all page
 * tables on a thread of libuv, and no other request waits for this thread.
 */
const KERNEL_PATIENCE = 50;
/** Threads for requests that cost the process in question time. */
const MAX_AT_ONCE = 3;

type Send = (head: ReaderHead, body?: Uint8Array) => void;

interface Waiting {
  readonly message: Extract<ToHand, { type: 'job' }>;
  readonly pid: number;
  readonly taker: JobTaker;
  readonly settle: (outcome: Outcome) => void;
}

/** Answers slow requests beside the turn: several at once, but one per process. The kernel half has its own thread. */
export class BackgroundWork {
  readonly #send: Send;
  readonly #root: Promise<RootPlan>;
  readonly #notAnswering: NotAnswering;
  readonly #makeLane: () => Lane;
  readonly #lanes: Lane[] = [];
  readonly #kernel: Lane;
  #kernelWaiting: Waiting[] = [];
  #waiting: Waiting[] = [];
  /** Ids of answers that may continue when their lane is free. */
  readonly #resuming = new Map<Lane, number[]>();

  constructor(machine: Machine, held: HeldHands, notAnswering: NotAnswering, root: Promise<RootPlan>, send: Send) {
    this.#send = send;
    this.#root = root;
    this.#notAnswering = notAnswering;
    this.#makeLane = () =>
      new Lane(
        READER_HAND,
        machine,
        held,
        () => this.#next(),
        (pid) => notAnswering.clear(pid),
      );
    this.#kernel = this.#makeLane();
  }

  /** Starts the thread of the kernel half, which the first request needs. */
  warmUp(): void {
    this.#kernel.warmUp();
  }

  take(request: InTurn<'aside'>): void {
    void this.#answer(request);
  }

  /** Runs a job on one of the threads; `taker` receives the answer. */
  run(job: Job, taker: JobTaker, more: Omit<Extract<ToHand, { type: 'job' }>, 'type' | 'job'> = {}): Promise<Outcome> {
    return new Promise((resolve) => {
      // A process list that is limited to one process counts as a request about it.
      const pid = 'pid' in job ? job.pid : (more.list?.upTo ?? 0);
      const waiting = { message: { type: 'job', job, ...more } as const, pid, taker, settle: resolve };
      if (job.op === 'kernel') this.#kernelWaiting.push(waiting);
      else this.#waiting.push(waiting);
      this.#next();
    });
  }

  /** Continues the answer with this id, or ends it if `goesOn` is false. */
  goOn(id: number, goesOn: boolean): void {
    if (!goesOn) this.#drop(({ message }) => message.job.id === id);
    const lane = this.#lanes.find((each) => each.has(id));
    if (lane === undefined) return;
    if (!goesOn) lane.goOn(id, false);
    else {
      this.#resuming.set(lane, [...(this.#resuming.get(lane) ?? []), id]);
      this.#next();
    }
  }

  /** The client has disconnected: drops waiting requests, and ends answers in progress. */
  leave(): void {
    this.#waiting = [];
    this.#kernelWaiting = [];
    for (const lane of [...this.#lanes, this.#kernel]) lane.stop();
  }

  #drop(isMeant: (waiting: Waiting) => boolean): void {
    const dropped = this.#waiting.filter(isMeant);
    this.#waiting = this.#waiting.filter((each) => !isMeant(each));
    for (const { settle } of dropped) settle({ how: 'lost', why: 'nobody waits for it' });
  }

  async #answer(request: InTurn<'aside'>): Promise<void> {
    const { id } = request;
    const pid = 'pid' in request ? request.pid : 0;
    const restMs = pid === 0 ? null : this.#notAnswering.restMs(pid, performance.now());
    if (restMs !== null && restMs > 0) {
      this.#send({ id, status: 'error', ...heldFailure(pid) });
      return;
    }
    const root = request.op === 'kernel' ? { root: await this.#root } : {};
    const outcome = await this.run(
      request,
      {
        take: (message) => {
          if (message.type === 'head') this.#send(message.head, message.body ?? undefined);
        },
        ...(request.op === 'kernel' ? { patience: KERNEL_PATIENCE } : {}),
      },
      root,
    );
    if (outcome.how === 'lost') this.#send({ id, status: 'error', ...lostFailure(outcome.why) });
    else if (outcome.how === 'held') this.#tellHeld(id, outcome.pid);
    else if (restMs !== null && !this.#isLeftAlone(pid)) this.#notAnswering.clear(pid);
  }

  /** True if the process was found to be unresponsive, maybe while a request about it waited. */
  #isLeftAlone(pid: number): boolean {
    return (this.#notAnswering.restMs(pid, performance.now()) ?? 0) > 0;
  }

  #tellHeld(id: number, pid: number): void {
    if (pid > 0) this.#notAnswering.note(pid, performance.now());
    this.#send({ id, status: 'error', ...heldFailure(pid) });
  }

  /** Settles waiting requests about the same process as well: their threads would be blocked too. */
  #settle(first: Waiting, outcome: Outcome): void {
    first.settle(outcome);
    if (outcome.how !== 'held' || outcome.pid === 0) return;
    const others = this.#waiting.filter(({ pid }) => pid === outcome.pid);
    this.#waiting = this.#waiting.filter((each) => !others.includes(each));
    for (const { settle } of others) settle(outcome);
  }

  #next(): void {
    this.#begin(this.#kernel, this.#kernelWaiting);
    for (const lane of this.#lanes) this.#resume(lane);
    for (;;) {
      const at = this.#waiting.findIndex(({ pid }) => pid === 0 || !this.#lanes.some((lane) => lane.pid === pid));
      const lane = at < 0 ? undefined : this.#freeLane();
      if (lane === undefined) return;
      this.#begin(lane, this.#waiting.splice(at, 1));
    }
  }

  #begin(lane: Lane, waiting: Waiting[]): void {
    if (!lane.isFree) return;
    const first = waiting.shift();
    if (first === undefined) return;
    void lane.run(first.message, first.taker).then((outcome) => this.#settle(first, outcome));
  }

  #resume(lane: Lane): void {
    const ids = (this.#resuming.get(lane) ?? []).filter((id) => {
      const pid = lane.waitingPid(id);
      const hangs = this.#isLeftAlone(pid);
      if (hangs) {
        this.#send({ id, status: 'error', ...heldFailure(pid) });
        lane.goOn(id, false);
      }
      return !hangs;
    });
    this.#resuming.set(lane, ids);
    while (lane.isFree) {
      const id = ids.shift();
      if (id === undefined) return;
      if (lane.has(id)) lane.goOn(id, true);
    }
  }

  #freeLane(): Lane | undefined {
    const free = this.#lanes.find((lane) => lane.isIdle) ?? this.#lanes.find((lane) => lane.isFree);
    if (free?.isIdle === true || this.#lanes.length === MAX_AT_ONCE) return free;
    const lane = this.#makeLane();
    this.#lanes.push(lane);
    return lane;
  }
}
