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

/**
 * Lets all contestants run in turn, round after round: what the machine does meanwhile meets all of them alike. The first rounds, while code is still being
 * compiled, do not count.
 */
export async function interleave<K extends string>(warmUp: number, count: number, contestants: Readonly<Record<K, Contestant>>): Promise<Rounds<K>> {
  const names = Object.keys(contestants) as K[];
  const rounds = new Rounds<K>();
  for (let i = 0; i < warmUp + count; i++) {
    const round: Partial<Record<K, Sample>> = {};
    // Forth and back, so that nobody always follows the same one.
    for (const name of i % 2 === 0 ? names : names.toReversed()) round[name] = await contestants[name]();
    if (i >= warmUp) rounds.add(round as Record<K, Sample>);
  }
  return rounds;
}
