import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, beforeEach, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import type { StateMessage, LastLook, WatchedProcess, Watcher } from './watched-process.ts';
import { WatchedProcesses } from './watched-processes.ts';

/** Records everything that a watcher is told. */
export class Onlooker implements Watcher {
  rateHz: number;
  wantsThreads = false;
  readonly ticks: LastLook[] = [];
  readonly states: StateMessage[] = [];
  readonly progress: number[] = [];

  constructor(rateHz: number) {
    this.rateHz = rateHz;
  }

  onTick(tick: LastLook): void {
    this.ticks.push(tick);
  }

  onState(state: StateMessage): void {
    if (this.states.at(-1) !== state) this.states.push(state);
  }

  onProgress(_: number, bytes: number): void {
    this.progress.push(bytes);
  }

  onRate(): void {
    // The viewers' tests cover rates.
  }

  get words(): string[] {
    return this.states.map(({ state }) => state);
  }
}

export const TABLE = tableOf(manyLines(20));

export let reader: FakeReaderLink;

export let processes: WatchedProcesses;

export const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

export function watch(rateHz = 1, pid = 7): { who: Onlooker; watched: WatchedProcess } {
  const who = new Onlooker(rateHz);
  return { who, watched: processes.watch(pid, who) };
}

/** Intervals between looks at pid 7 within a period, in whole seconds. */
export async function gapsWithin(seconds: number): Promise<number[]> {
  const at: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const before = reader.looks(7);
    await pass(1000);
    if (reader.looks(7) > before) at.push(second);
  }
  return at.slice(1).map((second, i) => second - (at[i] ?? 0));
}

/** Sets up a reader with fake timers for each test of the calling file. */
export function useWatching(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
    reader = new FakeReaderLink();
    reader.shown.set(7, TABLE);
    processes = new WatchedProcesses(reader.link, DEFAULT_TICK_PERCENT);
  });

  afterEach(() => {
    vi.useRealTimers();
  });
}
