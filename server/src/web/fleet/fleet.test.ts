import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { FakeReaderLink, MEMORY } from '../../../test/fake-reader-link.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import { fleetMatcher, FleetReader, MAX_PROCESSES } from './fleet.ts';
import { Memories } from '../link/memories.ts';

function named(pid: number, comm: string): ProcessInfo {
  return {
    pid,
    ppid: 1,
    comm,
    program: comm,
    what: '',
    cmdline: comm,
    cmdline_omitted: 0,
    uid: 0,
    user: 'root',
    state: 'S',
    threads: 1,
    vsize_kb: 4,
    rss_kb: 4,
    start_time: 1,
    kernel_thread: comm.startsWith('kworker'),
    readable: true,
    own: false,
    answering: true,
  };
}

function reading(processes: readonly ProcessInfo[]): FakeReaderLink {
  const reader = new FakeReaderLink();
  reader.processes = [...processes];
  for (const { pid } of processes) reader.shown.set(pid, tableOf(manyLines(3)));
  return reader;
}

it('matches whole names, with * for any characters, and nothing else special', () => {
  const matches = fleetMatcher(['nginx', 'post*', 'a.b', '*d*b']);
  expect(['nginx', 'postgres', 'post', 'a.b', 'mariadb'].filter(matches)).toEqual(['nginx', 'postgres', 'post', 'a.b', 'mariadb']);
  expect(['nginx2', 'anginx', 'axb', 'pos', '', 'dbx'].filter(matches)).toEqual([]);
  // Many stars mean the same as one, and take no more time.
  expect(['a'.repeat(15), `${'a'.repeat(14)}z`].filter(fleetMatcher([`${'*'.repeat(40)}z`]))).toEqual([`${'a'.repeat(14)}z`]);
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), fc.string({ maxLength: 15 }), (name, other) => {
      const plain = name.replaceAll('*', '');
      expect(fleetMatcher([plain])(other)).toBe(plain === other);
    }),
  );
});

it('reads matching processes: no kernel threads, none that are gone, and no more than its limit', async () => {
  const reader = reading([named(1, 'a'), named(2, 'b'), named(3, 'a'), named(4, 'kworker')]);
  reader.shown.set(3, 'exited');
  const fleet = await new FleetReader(reader.link, new Memories(reader.link), fleetMatcher(['a', 'kworker'])).read();
  expect(fleet).toMatchObject({ members: [{ pid: 1, comm: 'a', memory: MEMORY, headroom: MEMORY.max_map_count - 3 }], leftOut: 0 });
  const many = reading(Array.from({ length: MAX_PROCESSES + 6 }, (_, i) => named(i + 1, 'a')));
  const { members, leftOut } = await new FleetReader(many.link, new Memories(many.link), fleetMatcher(['*'])).read();
  expect([members.length, leftOut, members.at(-1)?.pid]).toEqual([MAX_PROCESSES, 6, MAX_PROCESSES]);
});

it('ends in time, however slow the kernel is', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading(Array.from({ length: 20 }, (_, i) => named(i + 1, 'a')));
  reader.delayMs = 500;
  const fleet = new FleetReader(reader.link, new Memories(reader.link), fleetMatcher(['a'])).read();
  await vi.advanceTimersByTimeAsync(10_000);
  const { members, leftOut } = await fleet;
  vi.useRealTimers();
  expect(members.length + leftOut).toBe(20);
  expect(leftOut).toBeGreaterThan(5);
});

it('has a member without memory figures if they cannot be read', async () => {
  const reader = reading([named(1, 'a')]);
  const memories = new Memories(reader.link);
  vi.spyOn(memories, 'get').mockRejectedValue(new Error('no'));
  expect((await new FleetReader(reader.link, memories, () => true).read()).members).toMatchObject([{ pid: 1, memory: null, headroom: null }]);
});

it('waits a second for missing memory figures, and has all others', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading([named(1, 'a'), named(2, 'a'), named(3, 'a')]);
  const memories = new Memories(reader.link);
  const get = memories.get.bind(memories);
  vi.spyOn(memories, 'get').mockImplementation((pid) => (pid === 1 ? new Promise(() => undefined) : get(pid)));
  const fleet = new FleetReader(reader.link, memories, () => true).read();
  await vi.advanceTimersByTimeAsync(1100);
  const { members, leftOut } = await fleet;
  vi.useRealTimers();
  expect(members.map(({ pid, memory }) => [pid, memory === null])).toEqual([
    [1, true],
    [2, false],
    [3, false],
  ]);
  expect(leftOut).toBe(0);
});

it('is not delayed by processes whose maps the kernel holds, and counts them', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const held = Array.from({ length: 8 }, (_, i) => named(i + 1, 'a'));
  const reader = reading([...held, named(20, 'a'), named(21, 'a')]);
  for (const { pid } of held) reader.shown.set(pid, 'stalled');
  const fleet = new FleetReader(reader.link, new Memories(reader.link), () => true);
  const scrape = async (): Promise<unknown[]> => {
    const before = reader.asked.length;
    const { members, leftOut } = await fleet.read();
    const tried = reader.asked.slice(before).filter(({ op, pid = 0 }) => op === 'map' && pid < 20);
    return [members.map(({ pid }) => pid), leftOut, tried.length];
  };
  // No process is known yet.
  expect(await scrape()).toEqual([[], 10, 2]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await scrape()).toEqual([[], 10, 2]);
  await vi.advanceTimersByTimeAsync(1000);
  for (const tries of [2, 2, 0, 0]) {
    await vi.advanceTimersByTimeAsync(1000);
    const [members, leftOut, tried] = await scrape();
    expect(tried).toBe(tries);
    if (tries === 0) expect([members, leftOut]).toEqual([[20, 21], 8]);
  }
  // Known processes come first, whatever the others do.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await scrape()).toEqual([[20, 21], 8, 2]);
  await vi.advanceTimersByTimeAsync(3_600_000);
  for (const { pid } of held) reader.shown.set(pid, tableOf(manyLines(3)));
  expect(await scrape()).toEqual([[1, 2, 3, 4, 5, 6, 7, 8, 20, 21], 0, 8]);
  vi.useRealTimers();
});

it('does not take a process with a reused id for the one that was held', async () => {
  const reader = reading([named(1, 'a')]);
  reader.shown.set(1, 'stalled');
  const fleet = new FleetReader(reader.link, new Memories(reader.link), () => true);
  expect((await fleet.read()).leftOut).toBe(1);
  reader.shown.set(1, tableOf(manyLines(3)));
  expect((await fleet.read()).leftOut).toBe(1);
  reader.processes = [{ ...named(1, 'a'), start_time: 2 }];
  expect((await fleet.read()).members).toHaveLength(1);
});

it('has the last memory figures while new ones take long', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading([named(1, 'a')]);
  const memories = new Memories(reader.link);
  const fleet = new FleetReader(reader.link, memories, () => true);
  await fleet.read();
  await vi.advanceTimersByTimeAsync(15_000);
  const ask = reader.ask.bind(reader);
  vi.spyOn(reader, 'ask').mockImplementation((request) => (request.op === 'memory' ? new Promise(() => undefined) : ask(request)));
  const later = fleet.read();
  await vi.advanceTimersByTimeAsync(1100);
  expect((await later).members).toMatchObject([{ memory: MEMORY, memoryAgeMs: 16_000 }]);
  vi.useRealTimers();
});
