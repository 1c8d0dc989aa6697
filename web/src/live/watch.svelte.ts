import type { MapMeta, ReadCost } from '@procmap/shared/frame.ts';
import { type KernelHalf, WHOLE_NOTE } from '@procmap/shared/kernel-half.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Process, ServerMessage } from '@procmap/shared/messages.ts';
import { type WatchState, type WatchStateFacts, watchStateFacts } from '@procmap/shared/watch-states.ts';
import type { MadeMap } from '../maps/map-keeper.ts';

/** The last look at the process, whether it changed anything or not. */
export interface LastRead extends ReadCost {
  readonly takenAt: number;
}

type Message<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

/** `none` nothing picked, `loading` asked and waiting; else what the daemon says. */
export type Phase = 'none' | 'loading' | WatchState;

/** The process that is being watched, and its map. */
export class Watch {
  #pid = $state.raw<number | null>(null);
  #phase = $state.raw<Phase>('none');
  #sentence = $state.raw('');
  #endedAt = $state.raw<number | null>(null);
  #current = $state.raw<MadeMap | null>(null);
  #lastRead = $state.raw<LastRead | null>(null);
  #rate = $state.raw<Message<'rate'> | null>(null);
  /** Bytes of the first map that are read by now. */
  #progress = $state.raw(0);
  #process = $state.raw<Process | null>(null);
  #memory = $state.raw<Memory | null>(null);
  #memoryProblem = $state.raw('');
  /** The kernel's half, the same in every process. */
  #kernel = $state.raw<KernelHalf | null>(null);

  /** All that was made of the last map that came. */
  get map(): MadeMap | null {
    return this.#current;
  }
  readonly intervals = $derived(this.#current?.intervals ?? null);
  readonly summary = $derived(this.#current?.summary ?? null);

  /** What is to be said of the kernel's half: which source tells of it and why none that tells more; '' where nothing is missing. */
  get kernelRemark(): string {
    const note = this.#kernel?.note ?? '';
    return note === '' || note === WHOLE_NOTE ? '' : `Kernel half: ${note}.`;
  }

  /** null: nothing was heard of it yet. */
  get kernel(): KernelHalf | null {
    return this.#kernel;
  }
  get pid(): number | null {
    return this.#pid;
  }
  get phase(): Phase {
    return this.#phase;
  }
  /** What its state means; null before the daemon told one. */
  get facts(): WatchStateFacts | null {
    return this.#phase === 'none' || this.#phase === 'loading' ? null : watchStateFacts(this.#phase);
  }
  /** What happened and what to do, in the daemon's words. */
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
  /** Of a first map that takes long, how many bytes of text are read; 0: it does not. */
  get progress(): number {
    return this.#progress;
  }
  get rate(): Message<'rate'> | null {
    return this.#rate;
  }
  /** As the last list of processes that had it told of it: what has ended is in none any more. */
  get process(): Process | null {
    return this.#process;
  }
  /** Its program's name; until a list has told of it, and of an exec since, what its first thread is called. */
  readonly name = $derived.by(() => {
    const { comm = '', startTime = 0 } = this.#current?.meta.process ?? {};
    const told = this.#process;
    return told !== null && told.program !== '' && told.comm === comm && told.start_time === startTime ? told.program : comm;
  });
  /** The last figures that could be read; null: none yet. */
  get memory(): Memory | null {
    return this.#memory;
  }
  /** Why there are no memory figures; '' where there are, or nothing has been heard yet. */
  get memoryProblem(): string {
    return this.#memoryProblem;
  }

  /** Turns to another process, or to none. */
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
    // The same map with another kernel's half is no look at the process.
    if (isNew) this.#lastRead = { ...meta.cost, takenAt: meta.takenAt };
    if (this.#phase === 'loading' || (this.#isHeldUp && isNew)) this.#phase = 'live';
  }

  /** A tick that changed nothing. False when the map that it is about is not ours: then a snapshot must be asked for. */
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
      // The last figures stay, as the last map does; that they were asked for in vain by then is nothing to tell.
      if (this.#memory !== null) this.#memoryProblem = '';
    } else this.#endedAt = null;
  }

  /** null: the list has it no more, or not yet. */
  describe(process: Process | null): void {
    // The number may be another process's by now.
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
