import type { Memory } from '@procmap/shared/memory.ts';
import { ReaderFault } from './reader-fault.ts';
import type { ReaderLink } from './reader-link.ts';

/** Share of wall time that reading the figures of one process may use (a token bucket of CAPACITY_MS). */
const SHARE = 0.1;
const CAPACITY_MS = 500;
/** Minimum cost of a reading: the request itself costs something. */
const MIN_MS = 1;
/**
 * Maximum cost of a reading that got no answer: while it waited, no page tables were walked, and the reader itself
 * leaves such a process alone.
 */
const MAX_STALLED_MS = 1_000;
/** Above this number of processes, those with a full budget are dropped. */
const MAX_KEPT = 1024;

interface Kept {
  /** Start time, to recognise a reused process id. */
  readonly startTime: number;
  memory: Promise<Memory>;
  /** The last completed reading, for requests that come during the next one; null: none. */
  settled: Promise<Memory> | null;
  reading: boolean;
  /** Remaining budget in ms, as of `at` (performance.now()). */
  budgetMs: number;
  at: number;
}

/**
 * Memory figures of processes, shared by all clients. To read them, the kernel walks the page tables of a process with
 * its map locked. So each process is read once at a time, for at most a tenth of the time plus up to half a second
 * saved up. More frequent requests get the last result, also if they give the id of another thread, since all threads
 * share the address space.
 */
export class Memories {
  readonly #reader: ReaderLink;
  /** By process id. */
  readonly #kept = new Map<number, Kept>();
  /** When they arrived, by performance.now(): their own time is that of the wall clock, which may be set. */
  readonly #cameAt = new WeakMap<Memory, number>();

  constructor(reader: ReaderLink) {
    this.#reader = reader;
  }

  /** `thread`: id of any of its threads. Rejects with a ReaderFault. */
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

  /** Age of figures that get() returned. */
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
        // A failed reading may have cost as much, so the next attempt waits until that is paid for.
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
