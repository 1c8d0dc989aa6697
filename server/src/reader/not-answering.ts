/** After the first hang, and then twice as long each time, up to the most. */
const FIRST_MS = 10_000;
const MOST_MS = 600_000;
/** To be told to the next reader: bounded, as everything that it is told. */
export const MOST_NOT_ANSWERING = 64;

/** Processes that are left alone, and how often each was found to hang. */
export interface Hangs {
  readonly pids: readonly number[];
  readonly times: readonly number[];
}

interface Hang {
  readonly times: number;
  readonly untilMs: number;
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
  }

  /** What a reader before this one knew. */
  avoid({ pids, times }: Hangs, now: number): void {
    for (const [i, pid] of pids.entries()) this.#leave(pid, times[i] ?? 1, now);
  }

  #leave(pid: number, times: number, now: number): void {
    this.#hangs.delete(pid);
    this.#hangs.set(pid, { times, untilMs: now + Math.min(MOST_MS, FIRST_MS * 2 ** (times - 1)) });
    bound(this.#hangs);
    this.#changed();
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

  /** For how long it is to be left alone; 0: it may be tried, and null: nothing is known against it. */
  restMs(pid: number, now: number): number | null {
    const hang = this.#hangs.get(pid);
    return hang === undefined ? null : Math.max(0, hang.untilMs - now);
  }

  /** What the next reader is told. */
  get hangs(): Hangs {
    return { pids: this.pids, times: [...this.#hangs.values()].map(({ times }) => times) };
  }

  get pids(): readonly number[] {
    return [...this.#hangs.keys()];
  }
}

/** Without the one that was put in first. */
function bound(map: Map<number, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST_NOT_ANSWERING && oldest !== undefined) map.delete(oldest);
}
