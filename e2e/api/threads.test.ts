import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { Tree } from '../tree.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';

/** Threads, uses and the breakdown of a process, against what it says of itself, pmap(1) and its status. */
let daemon: Daemon;
let threads: Fixture;

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
  threads = await Fixture.start('threads', '12');
});

afterAll(async () => {
  await threads.stop();
  await daemon.stop();
});

interface Stack {
  readonly start: string;
  readonly end: string;
  readonly size: number;
  readonly resident_kb: number | null;
  readonly guard: number | null;
}

interface Row {
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
  readonly stack: Stack | null;
}

/** Waits while the process rests after a read of smaps. */
async function ask<T>(path: string): Promise<T> {
  for (;;) {
    const response = await daemon.get(`/api/processes/${path}`);
    if (response.status !== 429) {
      expect(response.status).toBe(200);
      return (await response.json()) as T;
    }
    await response.text();
    await setTimeout(200);
  }
}

/** `TID LOW HIGH`, the last words of a line. */
function known(line: string): { readonly tid: number; readonly low: number; readonly high: number } {
  const [tid, low, high] = line.split(' ').slice(-3);
  return { tid: Number(tid), low: Number.parseInt(low ?? '', 16), high: Number.parseInt(high ?? '', 16) };
}

function statusKb(pid: number, field: string): number {
  return Number(new RegExp(`^${field}:\\s+([0-9]+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
}

describe('the threads of a process', () => {
  it('have the stacks that the program itself names, and what of them is in memory', async () => {
    const rows = await ask<readonly Row[]>(`${threads.pid}/threads?figures=yes`);
    expect(rows).toHaveLength(13);
    for (const { tid, low, high } of threads.printed.map(known)) {
      const { stack = null } = rows.find((row) => row.tid === tid) ?? {};
      expect([Number(stack?.start), Number(stack?.end), stack?.size, stack?.guard]).toEqual([low, high, high - low, 4096]);
      expect(stack?.resident_kb).toBeGreaterThan(0);
    }
  });

  it('are named as bytes that do nothing', async () => {
    const started = known(await threads.command('start'));
    await threads.command('rename \x1b[31m) R \u202e');
    const rows = await ask<readonly Row[]>(`${threads.pid}/threads`);
    expect(rows.find(({ tid }) => tid === started.tid)).toMatchObject({ comm: '\\x1b[31m) R \\u{202e}' });
    await threads.command('end');
  });

  it('are gone with the process', async () => {
    const short = await Fixture.start('threads', '400');
    const asked = Array.from({ length: 8 }, () => daemon.get(`/api/processes/${short.pid}/threads`));
    await short.stop();
    for (const response of await Promise.all(asked)) {
      expect([200, 404, 409, 410]).toContain(response.status);
      await response.text();
    }
    expect((await daemon.get(`/api/processes/${short.pid}/threads`)).status).toBe(404);
  });
});

describe('the uses of a map', () => {
  it('have a stack for each thread, by cheap evidence and by all', async () => {
    for (const [query, read] of [
      ['', 'cheap'],
      ['?uses=cheap', 'cheap'],
      ['?uses=all', 'all'],
    ] as const) {
      const map = await ask<{ readonly uses: { readonly read: string }; readonly regions: readonly { readonly use: string | null; readonly start: string }[] }>(
        `${threads.pid}/map${query}`,
      );
      expect(map.uses.read).toBe(read);
      const stacks = new Set(map.regions.filter(({ use }) => use === 'thread_stack').map(({ start }) => Number(start)));
      for (const { low } of threads.printed.map(known)) expect(stacks).toContain(low);
    }
  });

  it('have bss where the objects say so', async () => {
    const { bss, go } = await ask<{ readonly bss: readonly { readonly start: string }[]; readonly go: boolean }>(`${threads.pid}/objects`);
    expect(go).toBe(false);
    const { regions } = await ask<{ readonly regions: readonly { readonly start: string; readonly use: string | null }[] }>(`${threads.pid}/map`);
    const starts = new Set(bss.map(({ start }) => Number(start)));
    const named = regions.filter(({ use }) => use === 'bss');
    expect(named.length).toBeGreaterThan(0);
    for (const { start } of named) expect(starts).toContain(Number(start));
  });
});

describe('the breakdown', () => {
  interface Breakdown {
    readonly vsz_kb: number;
    readonly rss_kb: number;
    readonly pss_kb: number;
    readonly status_vsz_kb: number | null;
    readonly status_rss_kb: number | null;
  }

  it('sums to what pmap and the status say', async () => {
    const { pid } = threads;
    const told = await ask<Breakdown>(`${pid}/breakdown`);
    const rows = execFileSync('pmap', ['-X', String(pid)], { encoding: 'utf8' }).split('\n');
    const header =
      rows
        .find((row) => row.includes('Perm'))
        ?.trim()
        .split(/\s+/) ?? [];
    const mappings = rows.filter((row) => /^\s*[0-9a-f]{8,} [r-]/.test(row) && !row.includes('[vsyscall]')).map((row) => row.trim().split(/\s+/));
    const sum = (column: string): number => mappings.reduce((total, cells) => total + Number(cells[header.indexOf(column)]), 0);
    expect(mappings.length).toBeGreaterThan(20);
    expect([told.vsz_kb, told.rss_kb]).toEqual([sum('Size'), sum('Rss')]);
    expect(told.vsz_kb).toBe(statusKb(pid, 'VmSize'));
    expect(told.status_vsz_kb).toBe(told.vsz_kb);
    // The kernel counts pages of a process in batches for each CPU: the answer says by how much its status differs.
    expect(told.status_rss_kb).toBe(statusKb(pid, 'VmRSS'));
  });
});

it('another user’s daemon is refused these answers by the kernel', async ({ skip }) => {
  if (process.getuid?.() !== 0) skip('needs root');
  // That user may not be able to read the checkout.
  const tree = new Tree();
  const other = await Daemon.start({ procmap: tree.procmap, uid: 4321 });
  try {
    for (const route of ['threads', 'breakdown', 'objects', 'map']) expect((await other.get(`/api/processes/${threads.pid}/${route}`)).status, route).toBe(403);
  } finally {
    await other.stop();
    tree.dispose();
  }
});
