import { median } from './stats.ts';

/** What one thing took, ms. */
export interface Sample {
  readonly wallMs: number;
  /** Of a core, in all its threads. */
  readonly cpuMs: number;
}

export type Contestant = () => Sample | Promise<Sample>;

/** Samples of all contestants, round by round. */
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

  /** Median of the rounds' own ratios: both had the same machine. */
  ratio(name: K, to: K, part: keyof Sample = 'wallMs'): number {
    return median(this.#rounds.map((round) => round[name][part] / round[to][part]));
  }

  /** Of the least wall times: as if the machine did nothing else. */
  leastRatio(name: K, to: K): number {
    const least = (each: K): number => Math.min(...this.#rounds.map((round) => round[each].wallMs));
    return least(name) / least(to);
  }
}

/** Times something `count` times over, here and now; gives one's share. */
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

/** The same for what needs something else before each time, which is not counted. */
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
  /** So many rounds at least, whatever they take. */
  readonly fewest: number;
  readonly most: number;
  /** No further round begins after so long. */
  readonly forMs: number;
}

/** Part of the rounds that come first and do not count: code is still being compiled. */
const WARM_UP = 1 / 4;

/** Lets all contestants run in turn, round after round: what the machine does meanwhile meets all of them alike. */
export async function interleave<K extends string>({ fewest, most, forMs }: Effort, contestants: Readonly<Record<K, Contestant>>): Promise<Rounds<K>> {
  const names = Object.keys(contestants) as K[];
  const rounds = new Rounds<K>();
  const begin = performance.now();
  for (let i = 0; rounds.length < most; i++) {
    const spentMs = performance.now() - begin;
    if (rounds.length >= fewest && spentMs > forMs) break;
    const round: Partial<Record<K, Sample>> = {};
    // Forth and back, so that nobody always follows the same one.
    for (const name of i % 2 === 0 ? names : names.toReversed()) round[name] = await contestants[name]();
    const isWarmUp = i === 0 || (i < most * WARM_UP && spentMs < forMs * WARM_UP);
    if (!isWarmUp) rounds.add(round as Record<K, Sample>);
  }
  return rounds;
}
