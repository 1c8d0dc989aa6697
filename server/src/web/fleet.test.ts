import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { FakeReaderLink, MEMORY } from '../../test/fake-reader-link.ts';
import type { ProcessInfo } from '../reader/protocol.ts';
import { fleetMatcher, MOST_PROCESSES, readFleet } from './fleet.ts';
import { Memories } from './memories.ts';

function named(pid: number, comm: string): ProcessInfo {
  return {
    pid,
    ppid: 1,
    comm,
    cmdline: comm,
    uid: 0,
    user: 'root',
    state: 'S',
    threads: 1,
    vsize_kb: 4,
    rss_kb: 4,
    start_time: 1,
    kernel_thread: comm.startsWith('kworker'),
  };
}

function reading(processes: readonly ProcessInfo[]): FakeReaderLink {
  const reader = new FakeReaderLink();
  reader.processes = [...processes];
  for (const { pid } of processes) reader.shown.set(pid, tableOf(manyLines(3)));
  return reader;
}

it('takes names whole, with * for any letters, and nothing else for more than it is', () => {
  const matches = fleetMatcher(['nginx', 'post*', 'a.b', '*d*b']);
  expect(['nginx', 'postgres', 'post', 'a.b', 'mariadb'].filter(matches)).toEqual(['nginx', 'postgres', 'post', 'a.b', 'mariadb']);
  expect(['nginx2', 'anginx', 'axb', 'pos', '', 'dbx'].filter(matches)).toEqual([]);
  // Whoever types many of them means one, and does not wait for ever.
  expect(['a'.repeat(15), `${'a'.repeat(14)}z`].filter(fleetMatcher([`${'*'.repeat(40)}z`]))).toEqual([`${'a'.repeat(14)}z`]);
  fc.assert(
    fc.property(fc.string({ maxLength: 15 }), fc.string({ maxLength: 15 }), (name, other) => {
      const plain = name.replaceAll('*', '');
      expect(fleetMatcher([plain])(other)).toBe(plain === other);
    }),
  );
});

it('reads those that match: no kernel thread, none that is gone, and not more than it can', async () => {
  const reader = reading([named(1, 'a'), named(2, 'b'), named(3, 'a'), named(4, 'kworker')]);
  reader.shown.set(3, 'exited');
  const fleet = await readFleet(reader.link, new Memories(reader.link), fleetMatcher(['a', 'kworker']));
  expect(fleet).toMatchObject({ members: [{ pid: 1, comm: 'a', memory: MEMORY, headroom: MEMORY.max_map_count - 3 }], leftOut: 0 });
  const many = reading(Array.from({ length: MOST_PROCESSES + 6 }, (_, i) => named(i + 1, 'a')));
  const { members, leftOut } = await readFleet(many.link, new Memories(many.link), fleetMatcher(['*']));
  expect([members.length, leftOut, members.at(-1)?.pid]).toEqual([MOST_PROCESSES, 6, MOST_PROCESSES]);
});

it('ends in time, whatever the kernel takes', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading(Array.from({ length: 20 }, (_, i) => named(i + 1, 'a')));
  reader.delayMs = 500;
  const fleet = readFleet(reader.link, new Memories(reader.link), fleetMatcher(['a']));
  await vi.advanceTimersByTimeAsync(10_000);
  const { members, leftOut } = await fleet;
  vi.useRealTimers();
  expect(members.length + leftOut).toBe(20);
  expect(leftOut).toBeGreaterThan(5);
});

it('has a member without memory figures where these cannot be read', async () => {
  const reader = reading([named(1, 'a')]);
  const memories = new Memories(reader.link);
  vi.spyOn(memories, 'get').mockRejectedValue(new Error('no'));
  expect((await readFleet(reader.link, memories, () => true)).members).toMatchObject([{ pid: 1, memory: null, headroom: null }]);
});

it('waits a second for memory figures that do not come, and has all others', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  const reader = reading([named(1, 'a'), named(2, 'a'), named(3, 'a')]);
  const memories = new Memories(reader.link);
  const get = memories.get.bind(memories);
  vi.spyOn(memories, 'get').mockImplementation((pid) => (pid === 1 ? new Promise(() => undefined) : get(pid)));
  const fleet = readFleet(reader.link, memories, () => true);
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
