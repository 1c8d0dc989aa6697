import type { MapMeta, ReadCost } from '@procmap/shared/frame.ts';
import { type KernelHalf, WHOLE_NOTE } from '@procmap/shared/kernel-half.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Process, ServerMessage } from '@procmap/shared/messages.ts';
import { type WatchState, type WatchStateFacts, watchStateFacts } from '@procmap/shared/watch-states.ts';
import { KERNEL_HALF } from '@procmap/shared/words.ts';
import type { MadeMap } from '../maps/map-keeper.ts';

/** The last look at the process, whether or not it found a change. */
interface LastRead extends ReadCost {
  readonly takenAt: number;
}

type Message<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** `none`: no process picked; `loading`: requested and waiting; else the state from the daemon. */
export type Phase = 'none' | 'loading' | WatchState;

/** The watched process and its map. */
export class Watch {
  #pid = $state.raw<number | null>(null);
  #phase = $state.raw<Phase>('none');
  #sentence = $state.raw('');
  #endedAt = $state.raw<number | null>(null);
  #current = $state.raw<MadeMap | null>(null);
  #lastRead = $state.raw<LastRead | null>(null);
  #rate = $state.raw<Message<'rate'> | null>(null);
  /** Bytes of the first map read so far. */
  #progress = $state.raw(0);
  #process = $state.raw<Process | null>(null);
  #memory = $state.raw<Memory | null>(null);
  #memoryProblem = $state.raw('');
  /** The kernel half, the same in every process. */
  #kernel = $state.raw<KernelHalf | null>(null);

  /** The last map with everything built from it. */
  get map(): MadeMap | null {
    return this.#current;
  }
  readonly intervals = $derived(this.#current?.intervals ?? null);
  readonly summary = $derived(this.#current?.summary ?? null);

  /** A remark on the kernel half: its source and why not a better one; '' if it is complete. */
  get kernelRemark(): string {
    const note = this.#kernel?.note ?? '';
    return note === '' || note === WHOLE_NOTE ? '' : `${KERNEL_HALF}: ${note}.`;
  }

  /** null: not received yet. */
  get kernel(): KernelHalf | null {
    return this.#kernel;
  }
  get pid(): number | null {
    return this.#pid;
  }
  get phase(): Phase {
    return this.#phase;
  }
  /** Properties of its state; null until the daemon reports one. */
  get facts(): WatchStateFacts | null {
    return this.#phase === 'none' || this.#phase === 'loading' ? null : watchStateFacts(this.#phase);
  }
  /** The daemon's sentence: what happened and what to do. */
  get sentence(): string {
    return this.#sentence;
  }
  get endedAt(): number | null {
    return this.#endedAt;
  }
  get meta(): MapMeta | null {
    return this.#current?.meta ?? null;
  }
  get lastRead(): LastRead | null {
    return this.#lastRead;
  }
  /** Bytes of text read of a first map that takes long; 0 otherwise. */
  get progress(): number {
    return this.#progress;
  }
  get rate(): Message<'rate'> | null {
    return this.#rate;
  }
  /** From the last list of processes that contained it: an ended process is in no later list. */
  get process(): Process | null {
    return this.#process;
  }
  /** Name of its program; until a list contains it, and after an exec until the next list, its comm. */
  readonly name = $derived.by(() => {
    const { comm = '', startTime = 0 } = this.#current?.meta.process ?? {};
    const told = this.#process;
    return told !== null && told.program !== '' && told.comm === comm && told.start_time === startTime ? told.program : comm;
  });
  /** The last figures read; null: none yet. */
  get memory(): Memory | null {
    return this.#memory;
  }
  /** Why there are no memory figures; '' if there are, or nothing was received yet. */
  get memoryProblem(): string {
    return this.#memoryProblem;
  }

  /** Switches to another process, or to none. */
  begin(pid: number | null): void {
    this.#pid = pid;
    this.#phase = pid === null ? 'none' : 'loading';
    this.#sentence = '';
    this.#endedAt = null;
    this.#current = null;
    this.#lastRead = null;
    this.#rate = null;
    this.#progress = 0;
    this.#process = null;
    this.#memory = null;
    this.#memoryProblem = '';
  }

  receive(map: MadeMap): void {
    const { meta } = map;
    if (meta.process.pid !== this.#pid) return;
    const isNew = map.sequence !== this.#current?.sequence;
    this.#current = map;
    // The same map with a new kernel half does not count as a look at the process.
    if (isNew) this.#lastRead = { ...meta.cost, takenAt: meta.takenAt };
    if (this.#phase === 'loading' || (this.#isHeldUp && isNew)) this.#phase = 'live';
  }

  /** A look without changes. False if it refers to a map that the page does not have: then request a snapshot. */
  tick(tick: Message<'tick'>): boolean {
    if (tick.pid !== this.#pid) return true;
    if (tick.sequence !== this.#current?.sequence) return false;
    const { takenAt, readMs, bytes, reads } = tick;
    this.#lastRead = { takenAt, readMs, bytes, reads, parseMs: 0, torn: this.#current.meta.cost.torn };
    if (this.#isHeldUp) this.#phase = 'live';
    return true;
  }

  /** A later look may succeed. */
  get #isHeldUp(): boolean {
    return this.facts?.recovers ?? false;
  }

  setState({ pid, state, message }: Message<'state'>): void {
    if (pid !== this.#pid) return;
    this.#phase = state === 'live' && this.#current === null ? 'loading' : state;
    this.#sentence = message;
    if (state === 'exited') {
      this.#endedAt ??= Date.now();
      // The last figures stay, like the last map; a failed request for newer ones need not be reported.
      if (this.#memory !== null) this.#memoryProblem = '';
    } else this.#endedAt = null;
  }

  /** null: the list no longer contains it, or not yet. */
  describe(process: Process | null): void {
    // The pid may have been reused.
    if (process !== null && this.#phase !== 'exited') this.#process = process;
  }

  setKernel(half: KernelHalf): void {
    this.#kernel = half;
  }

  setRate(rate: Message<'rate'>): void {
    if (rate.pid === this.#pid) this.#rate = rate;
  }

  setProgress({ pid, bytes }: Message<'progress'>): void {
    if (pid === this.#pid && this.#current === null) this.#progress = bytes;
  }

  setMemory({ pid, memory, message }: Message<'memory'>): void {
    if (pid !== this.#pid || this.#phase === 'exited') return;
    if (memory !== null) this.#memory = memory;
    this.#memoryProblem = message;
  }
}
