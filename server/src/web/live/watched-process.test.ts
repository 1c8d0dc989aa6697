import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { WATCH_STATES, type WatchState, watchStateFacts } from '@procmap/shared/watch-states.ts';
import { describe, expect, it, vi } from 'vitest';
import type { ReaderFault } from '../link/reader-fault.ts';
import { gapsWithin, pass, processes, reader, TABLE, useWatching, watch } from './watched-process.fixture.ts';

useWatching();

it('is requested once, however often viewers come and go before the answer, and those present then get the map', async () => {
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

it('is forgotten if all have gone before the first answer', async () => {
  let open: () => void = () => undefined;
  reader.gate = new Promise((resolve) => (open = resolve));
  const { who, watched } = watch();
  await pass(1);
  processes.unwatch(watched, who);
  expect(reader.asked.map(({ op }) => op)).toEqual(['map']);
  open();
  await pass(1);
  expect(reader.asked.map(({ op }) => op)).toEqual(['map', 'forget']);
  // A new one, from the beginning.
  expect(watch().watched).not.toBe(watched);
});

it('pays for failed looks like for others, and goes on with processes whose map is too large', async () => {
  reader.shown.set(7, 'too_large');
  // CPU time, of which it may use a tenth: so a look every four seconds, plus or minus the test's own time.
  reader.cpuMs = 400;
  const { who } = watch();
  expect(Math.min(...(await gapsWithin(60)))).toBeGreaterThanOrEqual(3);
  expect(who.words).toEqual(['too_large']);
  reader.shown.set(7, TABLE);
  await pass(40_000);
  expect(who.words.at(-1)).toBe('live');
});

/** All answers without a map, to the state that each leads to. */
const STATES = {
  not_found: 'not_found',
  no_mapping: 'not_found',
  bad_request: 'not_found',
  exited: 'exited',
  no_permission: 'no_permission',
  kernel_thread: 'kernel_thread',
  zombie: 'zombie',
  unreadable: 'stalled',
  stalled: 'stalled',
  too_large: 'too_large',
} as const satisfies Record<ReaderFault['word'], WatchState>;
const FAULTS = Object.keys(STATES) as (keyof typeof STATES)[];

it('has every state by some answer', () => expect(new Set(['live', ...Object.values(STATES)])).toEqual(new Set(WATCH_STATES)));

it.each(FAULTS)('is looked at again after %s as the table of states says', async (fault) => {
  reader.shown.set(7, fault);
  const { who } = watch();
  await pass(1);
  expect(who.words).toEqual([STATES[fault]]);
  const gaps = await gapsWithin(60);
  const { looks } = watchStateFacts(STATES[fault]);
  if (looks === 'never') expect(reader.looks(7)).toBe(1);
  else if (looks === 'rarely') expect(new Set(gaps)).toEqual(new Set([5]));
  else expect(gaps).toEqual([2, 4, 8, 16]);
});

it.each([-3600_000, 3600_000])('is looked at as often when the clock is set by %i ms', async (jumpMs) => {
  watch(0.5);
  await pass(2500);
  vi.setSystemTime(Date.now() + jumpMs);
  expect(await gapsWithin(20)).toEqual(Array(9).fill(2));
});

it('reports progress of the first map, and of no later one', async () => {
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

  it('is not read any more when its last viewer leaves during a read', async () => {
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

  it('is read at the rate of its fastest viewer, and not for paused ones', async () => {
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

  it('keeps the version of an unchanged map, even if a new reader sends it again', async () => {
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
