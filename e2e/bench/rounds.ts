import { median } from './stats.ts';

/** Duration of a run, in ms. */
export interface Sample {
  readonly wallMs: number;
  /** CPU time of all threads. */
  readonly cpuMs: number;
}

export type Contestant = () => Sample | Promise<Sample>;

/** Samples of all contestants, by round. */
export class Rounds<K extends string> {
  readonly #rounds: Readonly<Record<K, Sample>>[] = [];

  add(round: Readonly<Record<K, Sample>>): void {
    this.#rounds.push(round);
  }

  get length(): number {
    return this.#rounds.length;
  }

  /** Median. */
  wallMs(name: K): number {
    return median(this.#rounds.map((round) => round[name].wallMs));
  }

  /** Median. */
  cpuMs(name: K): number {
    return median(this.#rounds.map((round) => round[name].cpuMs));
  }

  /** Median of the ratios of each round, in which both had the same conditions. */
  ratio(name: K, to: K, part: keyof Sample = 'wallMs'): number {
    return median(this.#rounds.map((round) => round[name][part] / round[to][part]));
  }

  /** Ratio of the minimum wall times, as on an idle machine. */
  leastRatio(name: K, to: K): number {
    const least = (each: K): number => Math.min(...this.#rounds.map((round) => round[each].wallMs));
    return least(name) / least(to);
  }
}

/** Runs something `count` times; returns the time of one run. */
export async function time(count: number, run: () => unknown): Promise<Sample> {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  for (let i = 0; i < count; i++) {
    const running = run();
    if (running instanceof Promise) await running;
  }
  const wallMs = (performance.now() - begin) / count;
  const { user, system } = process.cpuUsage(cpu);
  return { wallMs, cpuMs: (user + system) / 1000 / count };
}

/** Like time(), with a preparation before each run that does not count. */
export async function timeEach(count: number, before: () => Promise<unknown>, run: () => unknown): Promise<Sample> {
  let wallMs = 0;
  let cpuMs = 0;
  for (let i = 0; i < count; i++) {
    await before();
    const once = await time(1, run);
    wallMs += once.wallMs;
    cpuMs += once.cpuMs;
  }
  return { wallMs: wallMs / count, cpuMs: cpuMs / count };
}

export interface Effort {
  /** Minimum number of rounds, however long they take. */
  readonly fewest: number;
  readonly most: number;
  /** No further round begins after this time. */
  readonly forMs: number;
}

/** Share of rounds at the beginning that do not count, since code is still being compiled. */
const WARM_UP = 1 / 4;

/** Runs all contestants in turn, round by round, so that disturbances by the machine affect all alike. */
export async function interleave<K extends string>({ fewest, most, forMs }: Effort, contestants: Readonly<Record<K, Contestant>>): Promise<Rounds<K>> {
  const names = Object.keys(contestants) as K[];
  const rounds = new Rounds<K>();
  const begin = performance.now();
  for (let i = 0; rounds.length < most; i++) {
    const spentMs = performance.now() - begin;
    if (rounds.length >= fewest && spentMs > forMs) break;
    const round: Partial<Record<K, Sample>> = {};
    // Alternates the order, so that nobody always follows the same contestant.
    for (const name of i % 2 === 0 ? names : names.toReversed()) round[name] = await contestants[name]();
    const isWarmUp = i === 0 || (i < most * WARM_UP && spentMs < forMs * WARM_UP);
    if (!isWarmUp) rounds.add(round as Record<K, Sample>);
  }
  return rounds;
}
