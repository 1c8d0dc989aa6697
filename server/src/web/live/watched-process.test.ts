import { manyLines, META, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import type { StateMessage, LastLook, WatchedProcess, Watcher } from './watched-process.ts';
import { WatchedProcesses } from './watched-processes.ts';

/** Who looks on: everything that it is told. */
class Onlooker implements Watcher {
  rateHz: number;
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
    // Of the viewers' tests.
  }

  get words(): string[] {
    return this.states.map(({ state }) => state);
  }
}

const TABLE = tableOf(manyLines(20));
let reader: FakeReaderLink;
let processes: WatchedProcesses;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  reader = new FakeReaderLink();
  reader.shown.set(7, TABLE);
  processes = new WatchedProcesses(reader.link, DEFAULT_TICK_PERCENT);
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function watch(rateHz = 1, pid = 7): { who: Onlooker; watched: WatchedProcess } {
  const who = new Onlooker(rateHz);
  return { who, watched: processes.watch(pid, who) };
}

/** Gaps between the looks at pid 7 within a time, in whole seconds. */
async function gapsWithin(seconds: number): Promise<number[]> {
  const at: number[] = [];
  for (let second = 0; second < seconds; second++) {
    const before = reader.looks(7);
    await pass(1000);
    if (reader.looks(7) > before) at.push(second);
  }
  return at.slice(1).map((second, i) => second - (at[i] ?? 0));
}

it('is asked for once, however often somebody comes and goes before that is answered, and who is there then has the map', async () => {
  let open: () => void = () => undefined;
  reader.gate = new Promise((resolve) => (open = resolve));
  for (let i = 0; i < 50; i++) {
    const { who, watched } = watch(10);
    await pass(1);
    processes.unwatch(watched, who);
  }
  const { who, watched } = watch(10);
  await pass(1);
  expect(reader.asked.map(({ op }) => op)).toEqual(['map']);
  open();
  await pass(1);
  expect([who.ticks.length, who.words]).toEqual([1, ['live']]);
  processes.unwatch(watched, who);
  expect(reader.asked.at(-1)).toEqual({ op: 'forget', pid: 7 });
});

it('is forgotten when all have gone before the first look is answered', async () => {
  let open: () => void = () => undefined;
  reader.gate = new Promise((resolve) => (open = resolve));
  const { who, watched } = watch();
  await pass(1);
  processes.unwatch(watched, who);
  expect(reader.asked.map(({ op }) => op)).toEqual(['map']);
  open();
  await pass(1);
  expect(reader.asked.map(({ op }) => op)).toEqual(['map', 'forget']);
  // Another one from the beginning.
  expect(watch().watched).not.toBe(watched);
});

it('pays for looks that fail as for others, and goes on with those whose map is too large', async () => {
  reader.shown.set(7, 'too_large');
  // Of a core, of which it may use a tenth: four seconds, give or take one of the test's own.
  reader.cpuMs = 400;
  const { who } = watch();
  expect(Math.min(...(await gapsWithin(60)))).toBeGreaterThanOrEqual(3);
  expect(who.words).toEqual(['too_large']);
  reader.shown.set(7, TABLE);
  await pass(40_000);
  expect(who.words.at(-1)).toBe('live');
});

it.each([-3600_000, 3600_000])('is looked at as often when the clock is set by %i ms', async (jumpMs) => {
  watch(0.5);
  await pass(2500);
  vi.setSystemTime(Date.now() + jumpMs);
  expect(await gapsWithin(20)).toEqual(Array(9).fill(2));
});

it('tells how far the first map is, and of no later one', async () => {
  reader.busy = [1000, 2000];
  const { who } = watch();
  await pass(0);
  expect(who.progress).toEqual([1000, 2000]);
  await pass(3000);
  expect(who.ticks.length).toBeGreaterThan(1);
  expect(who.progress).toEqual([1000, 2000]);
});

describe('a process', () => {
  it('that nobody watches is not read', async () => {
    const { who, watched } = watch();
    await pass(3500);
    processes.unwatch(watched, who);
    await pass(0);
    const { length } = reader.asked;
    expect(reader.asked.at(-1)).toEqual({ op: 'forget', pid: 7 });
    await pass(3600_000);
    expect(reader.asked).toHaveLength(length);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that its last viewer leaves while it is read is read no more', async () => {
    let open = (): void => undefined;
    reader.gate = new Promise((resolve) => (open = resolve));
    const { who, watched } = watch();
    await pass(10);
    processes.unwatch(watched, who);
    open();
    await pass(60_000);
    expect(reader.looks(7)).toBe(1);
    expect(who.ticks).toEqual([]);
  });

  it('is read once at a time, however slow that is', async () => {
    let open = (): void => undefined;
    reader.gate = new Promise((resolve) => (open = resolve));
    const { who, watched } = watch(10);
    await pass(5000);
    watched.catchUp(who);
    await pass(5000);
    expect(reader.looks(7)).toBe(1);
    open();
    await pass(0);
    expect(reader.looks(7)).toBe(2);
  });

  it('is read as often as the fastest of its viewers wants, and not for those who pause', async () => {
    const slow = watch(0.5);
    const fast = watch(4);
    expect(slow.watched).toBe(fast.watched);
    await pass(10_000);
    expect(reader.looks(7)).toBe(41);
    fast.who.rateHz = 0;
    fast.watched.schedule();
    await pass(10_000);
    expect(reader.looks(7)).toBe(46);
    slow.who.rateHz = 0;
    slow.watched.schedule();
    await pass(60_000);
    expect(reader.looks(7)).toBe(46);
  });

  it('keeps the version of a map that stays the same, also when a fresh reader sends it again', async () => {
    const { who } = watch();
    await pass(1500);
    reader.forgetAll();
    await pass(1000);
    reader.shown.set(7, tableOf(manyLines(21)));
    await pass(1000);
    const versions = who.ticks.map(({ version }) => version);
    expect(versions.map(({ sequence }) => sequence)).toEqual([1, 1, 1, 2]);
    expect(versions[2]).toBe(versions[0]);
    expect(new Set(who.ticks.map(({ lookedAt }) => lookedAt)).size).toBe(4);
  });

  it('asks with the etag that it was given last', async () => {
    watch();
    await pass(1500);
    reader.shown.set(7, tableOf(manyLines(21)));
    await pass(2000);
    expect(reader.asked.map(({ etag }) => etag)).toEqual([null, 'etag-1', 'etag-1', 'etag-3']);
  });
});

describe('what cannot be read', () => {
  it.each(['not_found', 'exited', 'kernel_thread', 'zombie'] as const)('because it is %s is not read again', async (word) => {
    reader.shown.set(7, word);
    const { who } = watch();
    await pass(60_000);
    expect(reader.looks(7)).toBe(1);
    expect(who.states).toEqual([{ type: 'state', pid: 7, state: word, message: `it is ${word}` }]);
  });

  it('because there can be no such pid is not found', async () => {
    reader.shown.set(7, 'bad_request');
    const { who } = watch();
    await pass(60_000);
    expect(who.words).toEqual(['not_found']);
    expect(reader.looks(7)).toBe(1);
  });

  it('because it has ended is watched anew by who asks for that pid then', async () => {
    const old = watch();
    await pass(10);
    reader.shown.set(7, 'exited');
    await pass(1000);
    reader.shown.set(7, TABLE);
    const fresh = watch();
    await pass(10);
    expect(fresh.watched).not.toBe(old.watched);
    expect(fresh.who.words).toEqual(['live']);
    expect(old.who.words).toEqual(['live', 'exited']);
    expect(reader.asked.at(-1)).toMatchObject({ op: 'map', etag: null });
    // The old one leaves, and takes the new one along from nobody.
    processes.unwatch(old.watched, old.who);
    expect(watch().watched).toBe(fresh.watched);
  });

  it('because it hangs is tried less and less often, and once it answers as before', async () => {
    const { who } = watch(10);
    await pass(1000);
    reader.shown.set(7, 'stalled');
    const gaps = await gapsWithin(125);
    expect(gaps.slice(0, 6)).toEqual([1, 2, 4, 8, 16, 30]);
    expect(gaps.slice(5).every((gap) => gap === 30)).toBe(true);
    expect(who.words).toEqual(['live', 'stalled']);
    reader.shown.set(7, TABLE);
    await pass(31_000);
    expect(who.words).toEqual(['live', 'stalled', 'live']);
    const before = reader.looks(7);
    await pass(1000);
    expect(reader.looks(7) - before).toBe(10);
  });

  it('because it hangs leaves the next reader in peace for a while', async () => {
    reader.shown.set(7, 'stalled');
    reader.delayMs = 1000;
    watch(10);
    for (const pauseMs of [1000, 2000, 4000]) {
      await pass(1000);
      const before = reader.looks(7);
      await pass(pauseMs - 1);
      expect(reader.looks(7)).toBe(before);
      await pass(1);
      expect(reader.looks(7)).toBe(before + 1);
    }
  });

  it('because it hangs is not tried more often by who asks again and again', async () => {
    reader.shown.set(7, 'stalled');
    const { who, watched } = watch(10);
    await pass(10_000);
    const before = reader.looks(7);
    for (let i = 0; i < 20; i++) {
      watched.catchUp(who);
      watch(10);
      await pass(100);
    }
    expect(reader.looks(7) - before).toBeLessThanOrEqual(1);
  });

  it('because it is forbidden is tried every five seconds', async () => {
    reader.shown.set(7, 'no_permission');
    const { who } = watch(10);
    await pass(10);
    expect(await gapsWithin(21)).toEqual([5, 5, 5]);
    reader.shown.set(7, TABLE);
    await pass(5000);
    expect(who.words).toEqual(['no_permission', 'live']);
  });

  it('because the answer makes no sense is tried less and less often, and not called live', async () => {
    reader.meta = { ...META, layout: { ...META.layout, end: 5 } };
    const { who } = watch(10);
    const gaps = await gapsWithin(40);
    // The first two are within one second.
    expect(gaps.slice(0, 4)).toEqual([2, 4, 8, 16]);
    expect(who.words).toEqual(['stalled']);
  });
});
