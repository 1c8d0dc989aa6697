import type { Machine } from '../procfs/machine.ts';
import { Hand } from './hand.ts';
import type { HeldHands } from './held-hands.ts';
import type { FromHand, ToHand } from './messages.ts';
import { LOOK_MS } from './watch.ts';

/** Time for a thread to end. */
const END_MS = 1000;

type JobMessage = Extract<ToHand, { type: 'job' }>;

export type Outcome =
  | { readonly how: 'done' }
  /** The kernel holds the thread, at a file of this process; 0: at no file of a process. */
  | { readonly how: 'held'; readonly pid: number }
  /** The thread ended, or was blocked by another read while this job waited for the request of its next part. */
  | { readonly how: 'lost'; readonly why: string };

/** Receives the answer of a job. */
export interface JobTaker {
  /**
   * Called with heads of the answer, and rows. After a part of an answer the job waits for {@link Lane.goOn}, and the
   * lane is free.
   */
  readonly take: (message: Exclude<FromHand, { type: 'done' }>) => void;
  /** Called now and then while the thread makes progress. */
  readonly alive?: () => void;
  /** Looks without progress before the thread counts as blocked, if not the default. */
  readonly patience?: number;
}

interface Running {
  readonly id: number;
  readonly pid: number;
  readonly taker: JobTaker;
  readonly settle: (outcome: Outcome) => void;
}

/** Runs one job after another on a thread. When the kernel holds the thread, a new one replaces it. */
export class Lane {
  readonly #script: string;
  readonly #machine: Machine;
  readonly #held: HeldHands;
  readonly #returned: (pid: number) => void;
  readonly #freed: () => void;
  #hand: Hand | null = null;
  #active: Running | null = null;
  readonly #paused = new Map<number, Running>();
  /** Threads that were given up, each with the process whose file it is blocked on. */
  readonly #heldAt = new Map<Hand, number>();
  /** Threads that were told to end during a job. */
  readonly #ending = new WeakMap<Hand, NodeJS.Timeout>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * `script`: of the threads. `freed`: another job may begin. `returned`: a file of this process, on which a thread was
   * blocked, has answered after all.
   */
  constructor(script: string, machine: Machine, held: HeldHands, freed: () => void, returned: (pid: number) => void) {
    this.#script = script;
    this.#machine = machine;
    this.#held = held;
    this.#freed = freed;
    this.#returned = returned;
  }

  get isFree(): boolean {
    return this.#active === null;
  }

  /** True if no job runs or waits here. */
  get isIdle(): boolean {
    return this.isFree && this.#paused.size === 0;
  }

  /** The process that is being read. */
  get pid(): number {
    return this.#active?.pid ?? 0;
  }

  has(id: number): boolean {
    return this.#active?.id === id || this.#paused.has(id);
  }

  /** The process of a paused answer with this id; 0: there is none. */
  waitingPid(id: number): number {
    return this.#paused.get(id)?.pid ?? 0;
  }

  /** Call only if the lane is free. */
  run(message: JobMessage, taker: JobTaker): Promise<Outcome> {
    const { job, list } = message;
    return new Promise((resolve) => {
      this.#begin({ id: job.id, pid: 'pid' in job ? job.pid : (list?.upTo ?? 0), taker, settle: resolve });
      this.#hand?.post(message);
    });
  }

  /** Continues a paused answer; call only if the lane is free. With `on` false, ends it; allowed at any time. */
  goOn(id: number, on: boolean): void {
    const paused = this.#paused.get(id);
    if (paused !== undefined && on) {
      this.#paused.delete(id);
      this.#begin(paused);
    }
    if (this.has(id)) this.#hand?.post({ type: 'go', id, on });
  }

  /** Starts the thread before there is work for it. */
  warmUp(): void {
    this.#hand ??= this.#start();
  }

  /** Ends everything: the client has disconnected. */
  stop(): void {
    clearInterval(this.#timer);
    const [hand, running] = [this.#hand, this.#active];
    this.#hand = null;
    if (hand === null) return;
    hand.stop();
    // A busy thread either ends soon, or is blocked and counts as held.
    if (running === null) return;
    const timer = setTimeout(() => this.#held.add(hand, hand.watch.pulse.pid || running.pid), END_MS).unref();
    this.#ending.set(hand, timer);
  }

  #begin(running: Running): void {
    this.#active = running;
    const hand = (this.#hand ??= this.#start());
    hand.watch.begin();
    let looks = 0;
    this.#timer = setInterval(() => {
      if (!hand.watch.look(running.taker.patience)) {
        if (++looks % 3 === 0) running.taker.alive?.();
      } else this.#giveUp(hand, running);
    }, LOOK_MS);
  }

  #start(): Hand {
    const hand = new Hand(this.#script, this.#machine, {
      message: (message) => {
        if (hand === this.#hand) this.#take(message);
        else this.#welcomeBack(hand);
      },
      ended: (why) => {
        if (hand === this.#hand) this.#lose(why);
        else {
          clearTimeout(this.#ending.get(hand));
          this.#held.free(hand);
        }
      },
    });
    return hand;
  }

  #take(message: FromHand): void {
    const id = message.type === 'done' ? message.id : message.type === 'head' ? message.head.id : null;
    const running = id === null || id === this.#active?.id ? this.#active : this.#paused.get(id);
    if (running === null || running === undefined) return;
    if (message.type === 'done') {
      this.#paused.delete(running.id);
      if (running === this.#active) this.#free();
      running.settle({ how: 'done' });
      return;
    }
    if (message.type === 'head' && message.head.status === 'figures') {
      this.#paused.set(running.id, running);
      this.#free();
    }
    running.taker.take(message);
  }

  #free(): void {
    clearInterval(this.#timer);
    this.#active = null;
    // The next job starts only after this one has been settled.
    queueMicrotask(this.#freed);
  }

  #giveUp(hand: Hand, running: Running): void {
    const pid = hand.watch.pulse.pid || running.pid;
    this.#heldAt.set(hand, pid);
    this.#hand = null;
    clearInterval(this.#timer);
    this.#active = null;
    this.#cut('the kernel holds another read of the same thread; ask again');
    running.settle({ how: 'held', pid });
    this.#held.add(hand, pid);
    // Runs after all consequences of the block, so that no waiting request about the same process is tried next.
    setImmediate(this.#freed);
  }

  #welcomeBack(hand: Hand): void {
    const pid = this.#heldAt.get(hand);
    if (pid === undefined) return;
    this.#heldAt.delete(hand);
    this.#held.free(hand);
    this.#returned(pid);
  }

  #lose(why: string): void {
    const active = this.#active;
    this.#hand = null;
    if (active !== null) this.#free();
    this.#cut(why);
    active?.settle({ how: 'lost', why });
  }

  #cut(why: string): void {
    const cut = [...this.#paused.values()];
    this.#paused.clear();
    for (const { settle } of cut) settle({ how: 'lost', why });
  }
}
