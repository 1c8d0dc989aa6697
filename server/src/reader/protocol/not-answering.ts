/** After the first hang, and then twice as long each time, up to the most. */
const FIRST_MS = 10_000;
const MAX_MS = 600_000;
/** Far more than hang at a time: one that is not known any more holds another thread. */
export const MAX_NOT_ANSWERING = 4096;
/** Of which one message tells the next reader: bounded, as all that it is asked. */
export const MAX_TOLD_AT_ONCE = 64;

/** Processes that are left alone, and how often each was found to hang. */
export interface Hangs {
  readonly pids: readonly number[];
  readonly times: readonly number[];
}

interface Hang {
  readonly times: number;
  readonly untilMs: number;
}

/** As many of them as a message may tell, again and again. */
export function inMessages({ pids, times }: Hangs): readonly Hangs[] {
  const count = Math.ceil(pids.length / MAX_TOLD_AT_ONCE);
  return Array.from({ length: count }, (_, i) => {
    const [from, to] = [i * MAX_TOLD_AT_ONCE, (i + 1) * MAX_TOLD_AT_ONCE];
    return { pids: pids.slice(from, to), times: times.slice(from, to) };
  });
}

/** Processes at a file of which this reader, or one before it, was held by the kernel. They are left alone for a while, which grows with each time. Times of performance.now(). */
export class NotAnswering {
  readonly #hangs = new Map<number, Hang>();
  /** Of those that have answered since: a process that is held now and then is one. */
  readonly #before = new Map<number, number>();
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  /** A thread is held at it. Several that were at it at the same time are one hang. */
  note(pid: number, now: number): void {
    const hang = this.#hangs.get(pid);
    if (hang !== undefined && now < hang.untilMs) return;
    this.#leave(pid, (hang?.times ?? this.#before.get(pid) ?? 0) + 1, now);
    this.#changed();
  }

  /** What a reader before this one knew, or some of it. No change to whoever tells it. */
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

  /** It has answered. */
  clear(pid: number): void {
    const hang = this.#hangs.get(pid);
    if (hang === undefined) return;
    this.#before.delete(pid);
    this.#before.set(pid, hang.times);
    bound(this.#before);
    this.#hangs.delete(pid);
    this.#changed();
  }

  /** It is gone: its number may be another process's soon. */
  forget(pid: number): void {
    this.#before.delete(pid);
    if (this.#hangs.delete(pid)) this.#changed();
  }

  /**
   * For how long it is to be left alone; 0: it may be tried, and null: nothing is known against it. One that answered is tried for ever after: it may have been asked for something else
   * than what it hangs at.
   */
  restMs(pid: number, now: number): number | null {
    const hang = this.#hangs.get(pid);
    if (hang === undefined) return this.#before.has(pid) ? 0 : null;
    return Math.max(0, hang.untilMs - now);
  }

  /** What the next reader is told. */
  get hangs(): Hangs {
    return { pids: this.pids, times: [...this.#hangs.values()].map(({ times }) => times) };
  }

  get pids(): readonly number[] {
    return [...this.#hangs.keys()];
  }

  /** Those that have answered since, too. */
  get known(): readonly number[] {
    return [...this.#hangs.keys(), ...this.#before.keys()];
  }
}

/** Without the one that was put in first. */
function bound(map: Map<number, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MAX_NOT_ANSWERING && oldest !== undefined) map.delete(oldest);
}
