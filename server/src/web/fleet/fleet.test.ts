import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { FakeReaderLink, MEMORY } from '../../../test/fake-reader-link.ts';
import type { ProcessInfo } from '../../reader/protocol/protocol.ts';
import { type Fleet, fleetMatcher, FleetReader, MAX_PROCESSES } from './fleet.ts';
import { Duty } from '../link/duty.ts';
import { Memories } from '../link/memories.ts';
import { FleetUses } from './fleet-uses.ts';

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

function fleetOf({ link }: FakeReaderLink, matches: (comm: string) => boolean = () => true, memories = new Memories(link)): FleetReader {
  return new FleetReader(link, memories, new FleetUses({ reader: link, files: link }, new Duty()), matches);
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
  const fleet = await fleetOf(reader, fleetMatcher(['a', 'kworker'])).read();
  expect(fleet).toMatchObject({ members: [{ pid: 1, comm: 'a', memory: MEMORY, headroom: MEMORY.max_map_count - 3 }], leftOut: 0 });
  const many = reading(Array.from({ length: MAX_PROCESSES + 6 }, (_, i) => named(i + 1, 'a')));
  const { members, leftOut } = await fleetOf(many).read();
  expect([members.length, leftOut, members.at(-1)?.pid]).toEqual([MAX_PROCESSES, 6, MAX_PROCESSES]);
});

it('ends in time, however slow the kernel is', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading(Array.from({ length: 20 }, (_, i) => named(i + 1, 'a')));
  reader.delayMs = 500;
  const fleet = fleetOf(reader, fleetMatcher(['a'])).read();
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
  expect((await fleetOf(reader, () => true, memories).read()).members).toMatchObject([{ pid: 1, memory: null, headroom: null }]);
});

it('waits a second for missing memory figures, and has all others', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading([named(1, 'a'), named(2, 'a'), named(3, 'a')]);
  const memories = new Memories(reader.link);
  const get = memories.get.bind(memories);
  vi.spyOn(memories, 'get').mockImplementation((pid) => (pid === 1 ? new Promise(() => undefined) : get(pid)));
  const fleet = fleetOf(reader, () => true, memories).read();
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
  const fleet = fleetOf(reader);
  const scrape = async (): Promise<unknown[]> => {
    const before = reader.asked.length;
    const { members, leftOut } = await fleet.read();
    const tried = reader.asked.slice(before).flatMap(({ op, pid = 0 }) => (op === 'map' && pid < 20 ? pid : []));
    return [members.map(({ pid }) => pid), leftOut, new Set(tried).size];
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
  const fleet = fleetOf(reader);
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
  const fleet = fleetOf(reader, () => true, memories);
  await fleet.read();
  await vi.advanceTimersByTimeAsync(15_000);
  const ask = reader.ask.bind(reader);
  vi.spyOn(reader, 'ask').mockImplementation((request) => (request.op === 'memory' ? new Promise(() => undefined) : ask(request)));
  const later = fleet.read();
  await vi.advanceTimersByTimeAsync(1100);
  expect((await later).members).toMatchObject([{ memory: MEMORY, memoryAgeMs: 16_000 }]);
  vi.useRealTimers();
});

describe('what memory is for', () => {
  /** Pages of the map of each process. */
  const MAPPED = new Map([['file', 3]]);

  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }));
  afterEach(() => void vi.useRealTimers());

  async function scrape(fleet: FleetReader, ms = 0): Promise<Fleet> {
    const read = fleet.read();
    await vi.advanceTimersByTimeAsync(ms);
    return read;
  }

  it('is told of a map that is read once, and by smaps', async () => {
    const reader = reading([named(1, 'a')]);
    const [member] = (await scrape(fleetOf(reader))).members;
    expect(member).toMatchObject({ mapped: MAPPED, useMemory: { rows: [{ use: 'file', residentKb: 12, swapKb: 0 }], readMs: 1 }, useAgeMs: 0 });
    expect(reader.looks(1)).toBe(1);
  });

  it('is read from smaps for a hundredth of the time, and is the last result in between', async () => {
    const reader = reading([named(1, 'a')]);
    reader.smapsMs = 300;
    const fleet = fleetOf(reader);
    const ages: (number | null)[] = [];
    for (let i = 0; i < 20; i++) {
      ages.push((await scrape(fleet)).members[0]?.useAgeMs ?? null);
      await vi.advanceTimersByTimeAsync(1000);
    }
    // 200 ms were saved up, so the first read owes 100 ms, which takes ten seconds.
    expect(ages.indexOf(0, 1)).toBe(11);
    expect(ages.slice(12)).toEqual([1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000]);
    expect(reader.asked.filter(({ op }) => op === 'smaps')).toHaveLength(2);
  });

  it('leaves smaps to those who read it already, and lets the process rest no longer than the read has cost', async () => {
    const reader = reading([named(1, 'a')]);
    const duty = new Duty();
    const uses = new FleetUses({ reader: reader.link, files: reader.link }, duty);
    const fleet = new FleetReader(reader.link, new Memories(reader.link), uses, () => true);
    duty.begin(1, performance.now());
    expect((await scrape(fleet)).members).toMatchObject([{ mapped: MAPPED, useMemory: null, useAgeMs: null }]);
    duty.end(1, 10, 250, performance.now());
    await vi.advanceTimersByTimeAsync(290);
    expect((await scrape(fleet)).members).toMatchObject([{ useMemory: { readMs: 1 } }]);
    expect(duty.begin(1, performance.now())).toBe(4);
  });

  it('does not delay the scrape if a process does not answer, and is what was read last', async () => {
    const reader = reading(Array.from({ length: 4 }, (_, i) => named(i + 1, 'a')));
    const fleet = fleetOf(reader);
    await scrape(fleet);
    await vi.advanceTimersByTimeAsync(15_000);
    vi.spyOn(reader, 'askParts').mockReturnValue(new Promise(() => undefined));
    const ask = reader.ask.bind(reader);
    vi.spyOn(reader, 'ask').mockImplementation((request) => (request.op === 'objects' ? new Promise(() => undefined) : ask(request)));
    const { members, leftOut } = await scrape(fleet, 10_000);
    expect([members.length, leftOut]).toEqual([4, 0]);
    for (const member of members) expect(member).toMatchObject({ mapped: MAPPED, useMemory: { readMs: 1 } });
    // While these reads go on, nobody waits for them.
    const later = await scrape(fleet);
    expect(later).toMatchObject({ leftOut: 0 });
    expect(later.members).toHaveLength(4);
  });

  it('is read last of those that took long, so that others are not left out', async () => {
    const reader = reading(Array.from({ length: 20 }, (_, i) => named(i + 1, 'a')));
    const fleet = fleetOf(reader);
    const slow = (pid: number): boolean => pid <= 10;
    const ask = reader.ask.bind(reader);
    await scrape(fleet);
    vi.spyOn(reader, 'ask').mockImplementation(async (request) => {
      if (request.op === 'map' && slow(request.pid ?? 0)) await new Promise((resolve) => setTimeout(resolve, 900));
      return ask(request);
    });
    // Until all of them were seen to be slow.
    for (let i = 0; i < 3; i++) await scrape(fleet, 20_000);
    const { members, leftOut } = await scrape(fleet, 20_000);
    expect(members.filter(({ pid }) => !slow(pid))).toHaveLength(10);
    expect(leftOut).toBeGreaterThan(0);
  });
});
