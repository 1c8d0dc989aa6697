/** Rest after the first hang; doubles each time, up to the maximum. */
const FIRST_MS = 10_000;
const MAX_MS = 600_000;
/** Far more than can hang at a time. A forgotten one would block another thread. */
export const MAX_NOT_ANSWERING = 4096;
/** Maximum in one message to the next reader, whose requests are limited in size. */
export const MAX_TOLD_AT_ONCE = 64;

/** Processes that are left alone, and how often each has hung. */
export interface Hangs {
  readonly pids: readonly number[];
  readonly times: readonly number[];
}

interface Hang {
  readonly times: number;
  readonly untilMs: number;
}

/** Splits the list into messages of permitted size. */
export function inMessages({ pids, times }: Hangs): readonly Hangs[] {
  const count = Math.ceil(pids.length / MAX_TOLD_AT_ONCE);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [i * MAX_TOLD_AT_ONCE, (i + 1) * MAX_TOLD_AT_ONCE];
    return { pids: pids.slice(from, to), times: times.slice(from, to) };
  });
}

/**
 * Processes at whose files the kernel has blocked this reader or an earlier one. They are left alone for a while,
 * longer each time. Times are those of performance.now().
 */
export class NotAnswering {
  readonly #hangs = new Map<number, Hang>();
  /** Processes that have answered since, with their counts: one that hangs now and then keeps its count. */
  readonly #before = new Map<number, number>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** Notes that a thread is blocked. Threads that block on the same process at the same time count as one hang. */
  note(pid: number, now: number): void {
    const hang = this.#hangs.get(pid);
    if (hang !== undefined && now < hang.untilMs) return;
    this.#leave(pid, (hang?.times ?? this.#before.get(pid) ?? 0) + 1, now);
    this.#changed();
  }

  /** Adds knowledge of an earlier reader. Does not call `changed`, since the sender knows it. */
  avoid({ pids, times }: Hangs, now: number): void {
    for (const [i, pid] of pids.entries()) {
      const told = times[i] ?? 1;
      if ((this.#hangs.get(pid)?.times ?? 0) < told) this.#leave(pid, told, now);
    }
  }

  #leave(pid: number, times: number, now: number): void {
    this.#hangs.delete(pid);
    this.#hangs.set(pid, { times, untilMs: now + Math.min(MAX_MS, FIRST_MS * 2 ** (times - 1)) });
    bound(this.#hangs);
  }

  /** The process has answered. */
  clear(pid: number): void {
    const hang = this.#hangs.get(pid);
    if (hang === undefined) return;
    this.#before.delete(pid);
    this.#before.set(pid, hang.times);
    bound(this.#before);
    this.#hangs.delete(pid);
    this.#changed();
  }

  /** The process is gone; its id may be reused. */
  forget(pid: number): void {
    this.#before.delete(pid);
    if (this.#hangs.delete(pid)) this.#changed();
  }

  /**
   * Time left to leave the process alone; 0: it may be tried; null: no hang is known. After a process has answered it
   * counts as one to try for good, since it may have answered another request than the one that hangs.
   */
  restMs(pid: number, now: number): number | null {
    const hang = this.#hangs.get(pid);
    if (hang === undefined) return this.#before.has(pid) ? 0 : null;
    return Math.max(0, hang.untilMs - now);
  }

  /** Everything that the next reader must know. */
  get hangs(): Hangs {
    return { pids: this.pids, times: [...this.#hangs.values()].map(({ times }) => times) };
  }

  get pids(): readonly number[] {
    return [...this.#hangs.keys()];
  }

  /** Includes processes that have answered since. */
  get known(): readonly number[] {
    return [...this.#hangs.keys(), ...this.#before.keys()];
  }
}

/** Removes the oldest entry if there are too many. */
function bound(map: Map<number, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_NOT_ANSWERING && oldest !== undefined) map.delete(oldest);
}
