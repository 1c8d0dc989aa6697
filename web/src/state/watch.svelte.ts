import type { Frame } from '@procmap/shared/codec.ts';
import { apply } from '@procmap/shared/diff.ts';
import type { MapMeta, ReadCost } from '@procmap/shared/frame.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { type KernelHalf, NO_KERNEL_HALF, WHOLE_NOTE } from '@procmap/shared/kernel-half.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Process, ServerMessage, WatchState } from '@procmap/shared/messages.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { summarise } from '@procmap/shared/summary.ts';

/** One map, as it stood at `meta.takenAt`. Replaced whole, never changed: typed arrays in a proxy are slow. */
interface Snapshot {
  readonly sequence: number;
  readonly meta: MapMeta;
  readonly table: MappingTable;
}

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
  #current = $state.raw<Snapshot | null>(null);
  #lastRead = $state.raw<LastRead | null>(null);
  #rate = $state.raw<Message<'rate'> | null>(null);
  #process = $state.raw<Process | null>(null);
  #memory = $state.raw<Memory | null>(null);
  #memoryProblem = $state.raw('');
  /** Waiting for a snapshot that was asked for: deltas are of no use until it is here. */
  #resyncing = false;

  /** The kernel's half, the same in every process. */
  #kernel = $state.raw<KernelHalf | null>(null);

  /** Made once for a half and a layout: a map that changes changes neither. */
  readonly #kernelStart = $derived(this.#current?.meta.layout.kernelStart ?? 0);
  readonly #end = $derived(this.#current?.meta.layout.end ?? 0);
  readonly #parts = $derived(rangeParts(this.#kernel ?? NO_KERNEL_HALF, { kernelStart: this.#kernelStart, end: this.#end }));
  readonly intervals = $derived(this.#current === null ? null : tile(this.#current.table, this.#current.meta.layout, this.#parts));
  readonly summary = $derived(this.intervals === null ? null : summarise(this.intervals));

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
  get rate(): Message<'rate'> | null {
    return this.#rate;
  }
  /** As the last list of processes that had it told of it: what has ended is in none any more. */
  get process(): Process | null {
    return this.#process;
  }
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
    this.#process = null;
    this.#memory = null;
    this.#memoryProblem = '';
    this.#resyncing = false;
  }

  /** A new stream knows nothing of the old one's frames: the next one must be a snapshot. */
  reconnected(): void {
    this.#resyncing = true;
  }

  /** Takes a frame in. False when its base is not what we have: then a snapshot must be asked for. */
  receive(frame: Frame): boolean {
    if (frame.meta.process.pid !== this.#pid) return true;
    if (frame.type === 'delta') {
      const base = this.#current;
      if (this.#resyncing) return true;
      if (base?.sequence !== frame.base) return this.#needSnapshot();
      try {
        this.#current = { sequence: frame.sequence, meta: frame.meta, table: apply(base.table, frame.delta) };
      } catch {
        return this.#needSnapshot();
      }
    } else {
      this.#resyncing = false;
      this.#current = { sequence: frame.sequence, meta: frame.meta, table: frame.table };
    }
    this.#lastRead = { ...frame.meta.cost, takenAt: frame.meta.takenAt };
    if (this.#phase === 'loading' || this.#phase === 'stalled') this.#phase = 'live';
    return true;
  }

  /** A tick that changed nothing. False as for `receive`. */
  tick(tick: Message<'tick'>): boolean {
    if (tick.pid !== this.#pid || this.#resyncing) return true;
    if (tick.sequence !== this.#current?.sequence) return this.#needSnapshot();
    const { takenAt, readMs, bytes, reads } = tick;
    this.#lastRead = { takenAt, readMs, bytes, reads, parseMs: 0, torn: this.#current.meta.cost.torn };
    if (this.#phase === 'stalled') this.#phase = 'live';
    return true;
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

  setMemory({ pid, memory, message }: Message<'memory'>): void {
    if (pid !== this.#pid || this.#phase === 'exited') return;
    if (memory !== null) this.#memory = memory;
    this.#memoryProblem = message;
  }

  #needSnapshot(): boolean {
    this.#resyncing = true;
    return false;
  }
}
