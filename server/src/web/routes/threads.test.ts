import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kernelThread } from '../../../test/kernel-thread.ts';
import { useFixtures } from '../../../test/use-fixtures.ts';
import { WebClient } from '../../../test/web-client.ts';

let web: WebClient;
const startFixture = useFixtures();

beforeAll(async () => {
  web = await WebClient.start();
});

afterAll(async () => {
  await web.stop();
});

interface Row {
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
  readonly stack: {
    readonly start: string;
    readonly end: string;
    readonly size: number;
    readonly resident_kb: number | null;
    readonly guard: number | null;
  } | null;
  readonly evidence: string;
}

/** Waits while the process rests after a read. */
async function ask(pid: number, query = ''): Promise<readonly Row[]> {
  for (;;) {
    const { status, body } = await web.ask(`/api/processes/${pid}/threads${query}`);
    if (status === 200) return body as readonly Row[];
    expect(status).toBe(429);
    await sleep(200);
  }
}

/** Parses `TID LOW HIGH`, the last words of a line of the fixture. */
function known(line: string): { tid: number; low: number; high: number } {
  const [tid, low, high] = line.split(' ').slice(-3);
  return { tid: Number(tid), low: Number.parseInt(low ?? '', 16), high: Number.parseInt(high ?? '', 16) };
}

const PAGE = 4096;

describe('GET /api/processes/:pid/threads', () => {
  it('tells each thread, its state and its stack, as the program itself does', async () => {
    const { pid, printed } = await startFixture('threads', '20');
    const rows = await ask(pid);
    expect(rows.map(({ tid }) => tid)).toEqual([pid, ...printed.map((line) => known(line).tid)].toSorted((a, b) => a - b));
    for (const { tid, low, high } of printed.map(known)) {
      const row = rows.find((each) => each.tid === tid);
      expect(row).toMatchObject({ comm: 'threads', state: 'S', evidence: `the stack pointer of thread ${tid} lies in it; a guard lies below it` });
      expect(Number(row?.stack?.end)).toBe(high);
      expect(Number(row?.stack?.start)).toBe(low);
      expect(row?.stack).toMatchObject({ size: high - low, resident_kb: null, guard: PAGE });
    }
    expect(rows.find(({ tid }) => tid === pid)?.stack).toMatchObject({ resident_kb: null, guard: null });
  });

  it('tells with figures how much of each stack is in memory', async () => {
    const { pid, printed } = await startFixture('threads', '3');
    const rows = await ask(pid, '?figures=yes');
    const smaps = readFileSync(`/proc/${pid}/smaps`, 'latin1');
    for (const { tid, low } of printed.map(known)) {
      const [, rss] = new RegExp(`^${low.toString(16)}-.*\\n(?:[A-Z].*\\n)*?Rss: +(\\d+) kB`, 'm').exec(smaps) ?? [];
      expect(rows.find((row) => row.tid === tid)?.stack?.resident_kb).toBe(Number(rss));
      expect(Number(rss)).toBeGreaterThan(0);
    }
    // Several at once: on a busy machine, the rest is over before a next one is answered.
    const asked = await Promise.all(Array.from({ length: 3 }, () => web.ask(`/api/processes/${pid}/threads?figures=yes`)));
    expect(asked.map(({ status }) => status)).toContain(429);
    expect(await web.ask(`/api/processes/${pid}/threads`)).toMatchObject({ status: 200 });
  });

  it('tells all of thousands of threads in one answer', { timeout: 120_000 }, async () => {
    const { pid, printed } = await startFixture('threads', '6000');
    const rows = await ask(pid);
    expect(rows).toHaveLength(6001);
    expect(rows.filter(({ evidence }) => evidence.includes('not read yet'))).toEqual([]);
    const starts = new Map(rows.map(({ tid, stack }) => [tid, Number(stack?.start)]));
    // Without flags, one that begins at a multiple of 64 MiB could as well be a heap of Go.
    expect(printed.map(known).filter(({ tid, low }) => low % 2 ** 26 !== 0 && starts.get(tid) !== low)).toEqual([]);
  });

  it('tells stacks that share a mapping by their guard pages, and their memory by pagemap', async ({ skip }) => {
    const fixture = await startFixture('threads', '0');
    const answer = await fixture.command('guards 3');
    if (answer === 'unsupported') skip('this kernel has no MADV_GUARD_INSTALL');
    const expected = fixture.printed.filter((line) => line.startsWith('thread ')).map(known);
    let rows = await ask(fixture.pid, '?figures=yes');
    // The guards are searched beside other looks.
    for (let i = 0; i < 20 && rows.some(({ stack }) => stack === null); i++) rows = await ask(fixture.pid, '?figures=yes');
    for (const { tid, low, high } of expected) {
      const { stack } = rows.find((row) => row.tid === tid) ?? {};
      expect(stack).toMatchObject({ size: high - low, guard: PAGE });
      expect(Number(stack?.start)).toBe(low);
      expect(stack?.resident_kb).toBeGreaterThan(0);
      expect(stack?.resident_kb).toBeLessThan(stack?.size ?? 0);
    }
  });

  it('says why a thread has no stack', async () => {
    const fixture = await startFixture('threads', '1');
    await fixture.command('spin 1');
    const rows = await ask(fixture.pid);
    const running = rows.find(({ state }) => state === 'R');
    expect(running).toMatchObject({ stack: null, evidence: expect.stringContaining('the thread ran whenever it was asked') as string });
  });

  it('takes a thread for its process, and refuses what it does not understand', async () => {
    const { pid, printed } = await startFixture('threads', '1');
    const { tid } = known(printed[0] ?? '');
    expect((await ask(tid)).map((row) => row.tid)).toEqual([pid, tid]);
    for (const query of ['?figures=no', '?figure=yes', '?figures=yes&figures=yes'])
      expect(await web.ask(`/api/processes/${pid}/threads${query}`)).toMatchObject({ status: 400, body: { error: 'bad_figures' } });
    expect(await web.ask('/api/processes/4194303/threads')).toMatchObject({ status: 404, body: { error: 'not_found' } });
    const thread = kernelThread();
    if (thread !== null) expect(await web.ask(`/api/processes/${thread}/threads`)).toMatchObject({ status: 409 });
  });
});
