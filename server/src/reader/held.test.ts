import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeProc, mapsLine } from '../../test/fake-proc.ts';
import { ReaderClient } from '../../test/reader-client.ts';
import type { ProcessInfo } from './protocol/protocol.ts';

/** The process whose files hang; the others are alike. */
const HELD = 75;
const PIDS = [70, 71, 72, 73, 74, HELD, 76, 77];
const ROLLUP = '00400000-7ffec7c01000 ---p 00000000 00:00 0 [rollup]\nRss: 40 kB\nPss: 30 kB\nPrivate_Clean: 1 kB\nPrivate_Dirty: 2 kB\nSwap: 0 kB\n';

/**
 * A second, plus the start of the next thread on a busy machine. Without that answer, a request would wait for half a
 * minute.
 */
const PATIENCE_MS = 10_000;
/** A hang takes a second. */
const WITHOUT_A_HANG_MS = 900;

let proc: FakeProc;
let reader: ReaderClient;

beforeEach(async () => {
  proc = new FakeProc();
  for (const pid of PIDS) {
    proc.write(pid, { maps: mapsLine(16, 1), comm: `fake${pid}` });
    proc.exe(pid, '/bin/true');
    proc.unblock(pid, 'smaps_rollup', ROLLUP);
  }
  reader = new ReaderClient({ procRoot: proc.root });
  await reader.ask({ op: 'hello' });
});

afterEach(async () => {
  reader.process.kill('SIGKILL');
  await reader.stop();
  proc.dispose();
});

async function took(what: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await what();
  return performance.now() - began;
}

async function list(): Promise<Map<number, ProcessInfo>> {
  const { head } = await reader.ask({ op: 'processes' });
  if (head.status !== 'processes') throw new Error(JSON.stringify(head));
  return new Map(head.processes.map((process) => [process.pid, process]));
}

const answersTo = (pid: number) => reader.ask({ op: 'map', pid, etag: null });

describe.each(['stat', 'status', 'cmdline'])('a process whose %s is held', (file) => {
  it('delays a list once, for a second, and is listed', async () => {
    proc.block(HELD, file);
    let seen = new Map<number, ProcessInfo>();
    expect(await took(async () => (seen = await list()))).toBeLessThan(PATIENCE_MS);
    // Includes those that the thread had read but not sent.
    expect([...seen.keys()]).toEqual(PIDS);
    expect(await took(async () => (seen = await list()))).toBeLessThan(WITHOUT_A_HANG_MS);
    expect([...seen.keys()]).toEqual(PIDS);
    expect(seen.get(HELD)).toMatchObject({ pid: HELD, answering: false, comm: '', rss_kb: null, threads: null });
    for (const pid of PIDS.filter((each) => each !== HELD)) expect(seen.get(pid)).toMatchObject({ comm: `fake${pid}`, answering: true, rss_kb: 40 });
    expect((await answersTo(70)).head.status).toBe('map');
    // It is still the same reader.
    expect(reader.process.exitCode ?? reader.process.signalCode).toBeNull();
  });

  it('is shown as it was last read', async () => {
    expect((await list()).get(HELD)).toMatchObject({ answering: true });
    proc.block(HELD, file);
    await list();
    expect((await list()).get(HELD)).toMatchObject({ answering: false, comm: `fake${HELD}`, rss_kb: 40 });
  });

  it('gets no requests meanwhile, and does not delay those for others', async () => {
    proc.block(HELD, file);
    await list();
    for (const op of ['map', 'memory', 'leader'] as const) {
      const { head } = await reader.ask({ op, pid: HELD, etag: null });
      expect(head).toMatchObject({ status: 'error', error: 'stalled', message: expect.stringContaining('does not answer') as string });
    }
    expect(await took(() => answersTo(71))).toBeLessThan(WITHOUT_A_HANG_MS);
  });

  it('is asked again as soon as it answers', async () => {
    proc.block(HELD, file);
    await list();
    const text =
      { stat: `${HELD} (fake) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 1000 4096 10\n`, status: 'Name:\tx\nUid:\t7\t8\t9\t10\n', cmdline: 'x\0' }[file] ?? '';
    while (!proc.feed(HELD, file, text));
    proc.unblock(HELD, file, text);
    for (let tries = 0; (await list()).get(HELD)?.answering !== true; tries++) {
      expect(tries).toBeLessThan(50);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await answersTo(HELD)).head.status).toBe('map');
  });
});

it('a held map delays the next one for at most a second, and is refused at once from then on', async () => {
  proc.block(HELD, 'maps');
  const held = answersTo(HELD);
  expect(await took(() => answersTo(72))).toBeLessThan(PATIENCE_MS);
  expect((await held).head).toMatchObject({ error: 'stalled' });
  expect(await took(() => answersTo(HELD))).toBeLessThan(WITHOUT_A_HANG_MS);
});

it('the user of a connection is found meanwhile, whatever is held', async () => {
  proc.block(HELD, 'stat');
  const held = [list(), answersTo(HELD), ...[70, 71, 72].map((pid) => reader.ask({ op: 'memory', pid }))];
  for (let i = 0; i < 10; i++) {
    const own = { address: '127.0.0.1', port: 1 };
    expect(await took(() => reader.ask({ op: 'peer', own, peer: { address: '127.0.0.1', port: 2 } }))).toBeLessThan(WITHOUT_A_HANG_MS);
  }
  await Promise.all(held);
});

it('held figures of three processes do not delay those of a fourth', async () => {
  for (const pid of [70, 71, 72]) proc.block(pid, 'smaps_rollup');
  const held = [70, 71, 72].map((pid) => reader.ask({ op: 'memory', pid }));
  expect(await took(() => reader.ask({ op: 'memory', pid: 73 }))).toBeLessThan(PATIENCE_MS);
  for (const { head } of await Promise.all(held)) expect(head).toMatchObject({ error: 'stalled' });
});

it('a held process blocks one thread, however many requests come at once', async () => {
  proc.block(HELD, 'smaps_rollup');
  const asked = await Promise.all(Array.from({ length: 12 }, () => reader.ask({ op: 'memory', pid: HELD })));
  for (const { head } of asked) expect(head).toMatchObject({ error: 'stalled' });
  expect(reader.said.map(({ status }) => status)).toEqual(['not-answering']);
});

it('reports that the kernel holds too many threads, and the next reader learns what to leave alone', async () => {
  for (const pid of [70, 71, 72, 73]) proc.block(pid, 'maps');
  await Promise.all([70, 71, 72, 73].map(answersTo));
  await expect.poll(() => reader.said.map(({ status }) => status), { timeout: 10_000 }).toContain('worn');
  const told = reader.said.flatMap((head) => (head.status === 'not-answering' ? [{ pids: head.pids, times: head.times }] : [])).at(-1);
  expect(told).toEqual({ pids: [70, 71, 72, 73], times: [1, 1, 1, 1] });
  const next = new ReaderClient({ procRoot: proc.root });
  try {
    next.tell({ op: 'avoid', ...told });
    expect(await took(() => next.ask({ op: 'map', pid: 70, etag: null }))).toBeLessThan(PATIENCE_MS);
    expect((await next.ask({ op: 'map', pid: 70, etag: null })).head).toMatchObject({ error: 'stalled' });
  } finally {
    next.process.kill('SIGKILL');
    await next.stop();
  }
});

it('more than fit into one message are known to the next reader, which tries none of them again', async () => {
  const many = Array.from({ length: 70 }, (_, i) => 100 + i);
  for (const pid of many) proc.write(pid, {});
  // These, and the first that would be forgotten.
  for (const pid of many.slice(0, 9)) proc.block(pid, 'cmdline');
  // All but three are known. It finds those three itself, and does not need to be replaced.
  const known = many.slice(3);
  for (const pids of [known.slice(0, 64), known.slice(64)]) reader.tell({ op: 'avoid', pids, times: pids.map(() => 1) });
  for (let i = 0; i < 2; i++) {
    const seen = await list();
    expect(many.filter((pid) => seen.get(pid)?.answering === false)).toEqual(many);
    expect(seen.get(77)).toMatchObject({ answering: true });
  }
  const told = reader.said.flatMap((head) => (head.status === 'not-answering' ? [head.pids] : [])).at(-1) ?? [];
  expect([...told].sort((a, b) => a - b)).toEqual(many);
  expect(reader.said.map(({ status }) => status)).not.toContain('worn');
});

it('a map that hung is read beside the queue from then on, whatever else answers meanwhile', async () => {
  proc.block(HELD, 'maps');
  // Like a new reader after one was held there. The list answers, but does not prove that the map does.
  reader.tell({ op: 'avoid', pids: [HELD], times: [1] });
  await new Promise((resolve) => setTimeout(resolve, 10_100));
  await list();
  for (let tries = 0; (await list()).get(HELD)?.answering !== true; tries++) {
    expect(tries).toBeLessThan(100);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const held = answersTo(HELD);
  let isOver = false;
  void held.then(() => (isOver = true));
  expect((await answersTo(72)).head.status).toBe('map');
  expect(isOver).toBe(false);
  expect((await held).head).toMatchObject({ error: 'stalled' });
});

it('forgets a process that hung when it is gone', async () => {
  reader.tell({ op: 'avoid', pids: [HELD, 4000], times: [1, 1] });
  await list();
  while (reader.said.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(reader.said).toEqual([{ id: 0, status: 'not-answering', pids: [HELD], times: [1] }]);
});
