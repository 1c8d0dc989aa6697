/** Of all the time, what the reading of one process may take: a fifth. */
const REST_PER_MS = 4;
/** For how long to wait while another one reads. */
const GUESS_MS = 250;
/** Processes that are remembered before those are forgotten whose rest is over. */
const MAX_KEPT = 1024;

/**
 * When what is costly for a process itself may be read again: one reading of a process at a time, and after one that took T ms a rest of 4·T and a fixed part. Times in ms,
 * of one clock that never runs backwards.
 */
export class Duty {
  /** By pid: when it may be read again; Infinity while it is read. */
  readonly #until = new Map<number, number>();

  /** 0: it may begin, and {@link end} must follow. Else for how long it is to wait; a guess while another one reads. */
  begin(pid: number, now: number): number {
    const until = this.#until.get(pid) ?? 0;
    if (until === Infinity) return GUESS_MS;
    if (until > now) return until - now;
    this.#forget(now);
    this.#until.set(pid, Infinity);
    return 0;
  }

  /** It is read, and took so long; it rests for `leastRestMs` more. */
  end(pid: number, tookMs: number, leastRestMs: number, now: number): void {
    this.#until.set(pid, now + REST_PER_MS * tookMs + leastRestMs);
  }

  /** Drops finished entries once there are too many. */
  #forget(now: number): void {
    if (this.#until.size < MAX_KEPT) return;
    for (const [pid, until] of this.#until) if (until <= now) this.#until.delete(pid);
  }
}
