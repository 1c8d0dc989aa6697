import type { Memory } from '@procmap/shared/memory.ts';
import { ReaderFault } from './reader-fault.ts';
import type { ReaderLink } from './reader-link.ts';

/** Share of wall time that reading the figures of one process may use (a token bucket of CAPACITY_MS). */
const SHARE = 0.1;
const CAPACITY_MS = 500;
/** A reading counts as this long at least: asking costs something by itself. */
const MIN_MS = 1;
/** What does not answer counts as this long at most: for as long as the question waited nothing was walked, and the reader itself leaves such a process alone. */
const MAX_STALLED_MS = 1_000;
/** Processes that are remembered before those are forgotten that have saved up all that they can. */
const MAX_KEPT = 1024;

interface Kept {
  /** Of the process whose pid it was. */
  readonly startTime: number;
  memory: Promise<Memory>;
  /** The last one that is here, for who asks while the next one is read; null: none is. */
  settled: Promise<Memory> | null;
  reading: boolean;
  /** What reading may take, ms, as it was at `at` of performance.now(). */
  budgetMs: number;
  at: number;
}

/**
 * The memory figures of processes, for whoever asks and however many do: the kernel walks the page tables of a process for them with its map locked. So each is
 * read by one asker at a time, and a tenth of the time at most beyond half a second that it has saved up; who asks more often gets the last answer, also by the
 * number of another of its threads, which have one address space.
 */
export class Memories {
  readonly #reader: ReaderLink;
  /** By the pid of the process. */
  readonly #kept = new Map<number, Kept>();
  /** By performance.now(): their own time is the wall clock's, which may be set. */
  readonly #cameAt = new WeakMap<Memory, number>();

  constructor(reader: ReaderLink) {
    this.#reader = reader;
  }

  /** By the number of any of its threads. Rejects with a ReaderFault. */
  async get(thread: number): Promise<Memory> {
    const { pid, startTime } = (await this.#reader.ask({ op: 'leader', pid: thread })).head;
    const now = performance.now();
    const last = this.#kept.get(pid);
    if (last?.startTime !== startTime) {
      this.#forget(now);
      const fresh = { startTime, memory: Promise.reject(new Error('not read yet')), settled: null, reading: false, budgetMs: CAPACITY_MS, at: now };
      fresh.memory.catch(() => undefined);
      this.#kept.set(pid, fresh);
      return this.#read(pid, fresh);
    }
    refill(last, now);
    if (last.reading) return last.settled ?? last.memory;
    return last.budgetMs <= 0 ? last.memory : this.#read(pid, last);
  }

  /** How old figures are that came from here. */
  ageMs(memory: Memory): number {
    const now = performance.now();
    return now - (this.#cameAt.get(memory) ?? now);
  }

  #read(pid: number, kept: Kept): Promise<Memory> {
    kept.reading = true;
    kept.memory = this.#reader.ask({ op: 'memory', pid }).then(({ head: { memory } }) => {
      this.#cameAt.set(memory, performance.now());
      return memory;
    });
    const began = performance.now();
    kept.memory.then(
      ({ read_ms: tookMs }) => {
        kept.settled = kept.memory;
        spend(kept, Math.max(tookMs, MIN_MS));
      },
      (error: unknown) => {
        kept.settled = null;
        // It stands for nothing, but it may have cost as much: who asks next tries again when that is worked off.
        const tookMs = Math.max(performance.now() - began, MIN_MS);
        spend(kept, error instanceof ReaderFault && error.word === 'stalled' ? Math.min(tookMs, MAX_STALLED_MS) : tookMs);
      },
    );
    return kept.memory;
  }

  #forget(now: number): void {
    if (this.#kept.size < MAX_KEPT) return;
    for (const [pid, kept] of this.#kept) {
      if (!kept.reading && refill(kept, now) >= CAPACITY_MS) this.#kept.delete(pid);
    }
  }
}

function refill(kept: Kept, now: number): number {
  kept.budgetMs = Math.min(CAPACITY_MS, kept.budgetMs + SHARE * (now - kept.at));
  kept.at = now;
  return kept.budgetMs;
}

function spend(kept: Kept, tookMs: number): void {
  refill(kept, performance.now());
  kept.budgetMs -= tookMs;
  kept.reading = false;
}
