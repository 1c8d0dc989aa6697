/** Rest per ms of reading: reading takes at most a fifth of the time. */
const REST_PER_MS = 4;
/** Waiting time to suggest during another reading. */
const GUESS_MS = 250;
/** Above this number of processes, those whose rest is over are dropped. */
const MAX_KEPT = 1024;

/**
 * Limits reads that cost the process itself time: one at a time per process, and after a read of T ms a rest of 4·T
 * plus a fixed part. Times are in ms of a monotonic clock.
 */
export class Duty {
  /** When each process may be read again; Infinity during a read. */
  readonly #until = new Map<number, number>();

  /** Whether reading may begin. */
  isFree(pid: number, now: number): boolean {
    return (this.#until.get(pid) ?? 0) <= now;
  }

  /**
   * 0: reading may begin, and {@link end} must follow. Otherwise the time to wait, which is a guess during another
   * read.
   */
  begin(pid: number, now: number): number {
    const until = this.#until.get(pid) ?? 0;
    if (until === Infinity) return GUESS_MS;
    if (until > now) return until - now;
    this.#forget(now);
    this.#until.set(pid, Infinity);
    return 0;
  }

  /** Ends a read that took `tookMs`; adds `leastRestMs` to the rest. */
  end(pid: number, tookMs: number, leastRestMs: number, now: number): void {
    this.#until.set(pid, now + REST_PER_MS * tookMs + leastRestMs);
  }

  /** Drops finished entries once there are too many. */
  #forget(now: number): void {
    if (this.#until.size < MAX_KEPT) return;
    for (const [pid, until] of this.#until) if (until <= now) this.#until.delete(pid);
  }
}
