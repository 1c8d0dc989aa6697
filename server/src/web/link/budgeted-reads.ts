import { ReaderFault } from './reader-fault.ts';
import type { ReaderLink } from './reader-link.ts';

/** Minimum cost of a reading: the request itself costs something. */
const MIN_MS = 1;
/**
 * Maximum cost of a reading that got no answer: while it waited, no page tables were walked, and the reader itself
 * leaves such a process alone.
 */
const MAX_STALLED_MS = 1_000;
/** Above this number of processes, those with a full budget are dropped. */
const MAX_KEPT = 1024;

/** How something is read, and how much of the time that may take (a token bucket for each process). */
interface Budget<T> {
  /** Share of wall time, and what can be saved up. */
  readonly share: number;
  readonly capacityMs: number;
  /** `tookMs`: what the reading cost. */
  readonly read: (pid: number) => Promise<{ readonly value: T; readonly tookMs: number }>;
  /** False: others read the process, or it rests; the last result stands in. Default: always true. */
  readonly mayRead?: (pid: number) => boolean;
}

interface Kept<T> {
  /** Start time, to recognise a reused process id. */
  readonly startTime: number;
  value: Promise<T>;
  /** The last completed reading, for requests that come during the next one; null: none. */
  settled: T | null;
  reading: boolean;
  /** Remaining budget in ms, as of `at` (performance.now()). */
  budgetMs: number;
  at: number;
}

/**
 * Something of processes that is costly to read, shared by all who ask. Each process is read once at a time, and only
 * within its budget. More frequent requests get the last result, also if they give the id of another thread, since all
 * threads share the address space.
 */
export class BudgetedReads<T extends object> {
  readonly #reader: ReaderLink;
  readonly #budget: Budget<T>;
  /** By process id. */
  readonly #kept = new Map<number, Kept<T>>();
  /** When they arrived, by performance.now(): their own time is that of the wall clock, which may be set. */
  readonly #cameAt = new WeakMap<T, number>();

  constructor(reader: ReaderLink, budget: Budget<T>) {
    this.#reader = reader;
    this.#budget = budget;
  }

  /** `thread`: id of any of its threads. Rejects with what the reading does, as a ReaderFault. */
  async get(thread: number): Promise<T> {
    const { pid, startTime } = (await this.#reader.ask({ op: 'leader', pid: thread })).head;
    const kept = this.#keptOf(pid, startTime);
    if (kept.reading) return kept.settled ?? kept.value;
    return kept.budgetMs > 0 && (this.#budget.mayRead?.(pid) ?? true) ? this.#read(pid, kept) : kept.value;
  }

  /** Like get(), but waits `mostMs` at most, then gives the last result of this process. null: there is none. */
  async getWithin(pid: number, startTime: number, mostMs: number): Promise<T | null> {
    const value = await within(this.get(pid), mostMs);
    const kept = this.#kept.get(pid);
    return value ?? (kept?.startTime === startTime ? kept.settled : null);
  }

  /** Age of what get() returned. */
  ageMs(value: T): number {
    const now = performance.now();
    return now - (this.#cameAt.get(value) ?? now);
  }

  #keptOf(pid: number, startTime: number): Kept<T> {
    const now = performance.now();
    const last = this.#kept.get(pid);
    if (last?.startTime === startTime) {
      this.#refill(last, now);
      return last;
    }
    this.#forget(now);
    const value = Promise.reject<T>(new ReaderFault('stalled', `process ${pid} was not read yet`));
    value.catch(() => undefined);
    const fresh = { startTime, value, settled: null, reading: false, budgetMs: this.#budget.capacityMs, at: now };
    this.#kept.set(pid, fresh);
    return fresh;
  }

  #read(pid: number, kept: Kept<T>): Promise<T> {
    kept.reading = true;
    const began = performance.now();
    const reading = this.#budget.read(pid);
    kept.value = reading.then(({ value }) => {
      this.#cameAt.set(value, performance.now());
      kept.settled = value;
      return value;
    });
    reading.then(
      ({ tookMs }) => this.#spend(kept, Math.max(tookMs, MIN_MS)),
      (error: unknown) => {
        kept.settled = null;
        // A failed reading may have cost as much, so the next attempt waits until that is paid for.
        const tookMs = Math.max(performance.now() - began, MIN_MS);
        this.#spend(kept, error instanceof ReaderFault && error.word === 'stalled' ? Math.min(tookMs, MAX_STALLED_MS) : tookMs);
      },
    );
    return kept.value;
  }

  #forget(now: number): void {
    if (this.#kept.size < MAX_KEPT) return;
    for (const [pid, kept] of this.#kept) {
      if (!kept.reading && this.#refill(kept, now) >= this.#budget.capacityMs) this.#kept.delete(pid);
    }
  }

  #refill(kept: Kept<T>, now: number): number {
    const { share, capacityMs } = this.#budget;
    kept.budgetMs = Math.min(capacityMs, kept.budgetMs + share * (now - kept.at));
    kept.at = now;
    return kept.budgetMs;
  }

  #spend(kept: Kept<T>, tookMs: number): void {
    this.#refill(kept, performance.now());
    kept.budgetMs -= tookMs;
    kept.reading = false;
  }
}

/** Resolves to null if the promise fails or takes too long. */
async function within<T>(promise: Promise<T>, mostMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, mostMs, null);
  });
  try {
    return await Promise.race([promise, late]);
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
