import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { childOf, pidsOf } from '../bench/roles.ts';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { watchProcess } from '../viewer.ts';

/** The cost of being watched, for a process and this machine. Prints figures, and only asserts promises. */
const SECONDS = 6;
let daemon: Daemon;
let many: Fixture;

beforeAll(async () => {
  buildFixtures();
  many = await Fixture.start('many', '60000');
  daemon = await Daemon.start({ args: ['--metrics-match=many'] });
});
afterAll(async () => {
  await daemon.stop();
  await many.stop();
});

/** Asks repeatedly until the time is over; returns the answers. */
async function keepAsking<T>(path: string): Promise<T[]> {
  const answers: T[] = [];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    const response = await daemon.get(path);
    const text = await response.text();
    if (response.status === 200) answers.push(JSON.parse(text) as T);
    // Without a pause, the requests alone would load the machine.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return answers;
}

/** CPU time that a process has used so far, in s. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

describe('a process that is looked at', () => {
  it('is held up a limited share of the time, however many ask', async () => {
    const some = await Fixture.start('many', '10000');
    const { pid } = some;
    const start =
      (await daemon.json<{ regions: { start: string; kind: string }[] }>(`/api/processes/${pid}/map`)).regions.find(({ kind }) => kind === 'anon')?.start ??
      '0x0';
    interface Costly {
      readonly cost: { readonly ms: number };
    }
    const client = await watchProcess(daemon, pid, 1);
    const smaps = Array.from({ length: 3 }, () => keepAsking<Costly>(`/api/processes/${pid}/smaps`));
    const pages = Array.from({ length: 3 }, () => keepAsking<Costly>(`/api/processes/${pid}/pages?start=${start}&count=65536`));
    const stats = Array.from({ length: 2 }, () => keepAsking<object>(`/api/processes/${pid}/stats`));
    const walks = (await Promise.all([...smaps, ...pages])).flat();
    await Promise.all(stats);
    await client.close();
    await some.stop();
    const spent = walks.reduce((sum, { cost }) => sum + cost.ms, 0);
    const longest = Math.max(...walks.map(({ cost }) => cost.ms));
    process.stdout.write(
      `smaps and pages for 6 askers: ${walks.length} readings, ${((spent / SECONDS) * 0.1).toFixed(1)} % of the time, the longest ${longest.toFixed(0)} ms\n`,
    );
    // On a busy machine each walk takes long, and so does the rest after it.
    expect(walks.length).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(SECONDS * 200 + longest);
  });

  it('costs a tenth of a core to be watched at most, at whatever rate', async () => {
    const clients = await Promise.all([watchProcess(daemon, many.pid, 10), watchProcess(daemon, many.pid, 10)]);
    // The first looks measure the cost of one.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const pids = [pidsOf(daemon.pid).reader, pidsOf(daemon.pid).web];
    const before = pids.map(cpuSeconds);
    await new Promise((resolve) => setTimeout(resolve, SECONDS * 1000));
    const used = pids.map((pid, i) => ((cpuSeconds(pid) - (before[i] ?? 0)) / SECONDS) * 100);
    for (const client of clients) await client.close();
    process.stdout.write(`watching 60,000 mappings at 10 Hz: reader ${used[0]?.toFixed(1) ?? ''} %, web ${used[1]?.toFixed(1) ?? ''} % of a core\n`);
    // Ticks of ten milliseconds, pings, memory figures: a tenth of a core, and half as much again.
    expect((used[0] ?? 0) + (used[1] ?? 0)).toBeLessThan(15);
  });
});

/** Calls by which a process could touch another one. */
const TOUCHING =
  'ptrace,process_vm_readv,process_vm_writev,kill,tkill,tgkill,rt_sigqueueinfo,rt_tgsigqueueinfo,pidfd_open,pidfd_send_signal,process_madvise,migrate_pages,move_pages';

/** strace(1) of every thread of a process, for some calls. */
async function tracing<T>(pid: number, calls: string, look: () => Promise<T>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'procmap-trace-'));
  const file = join(folder, 'calls');
  const strace: ChildProcess = spawn('strace', ['-f', '-q', '-p', String(pid), '-e', `trace=${calls}`, '-e', 'signal=none', '-o', file], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  try {
    await expect.poll(() => /^TracerPid:\t[1-9]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1')), { timeout: 10_000 }).toBe(true);
    await look();
  } finally {
    strace.kill('SIGINT');
    await once(strace, 'exit');
  }
  const text = readFileSync(file, 'latin1');
  rmSync(folder, { recursive: true });
  return text;
}

/** State and tracer of a process; `gone` when it has ended. */
function stateOf(pid: number): string {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return `${/^State:\t(.)/m.exec(status)?.[1] ?? ''} ${/^TracerPid:\t(\d+)/m.exec(status)?.[1] ?? ''}`;
  } catch {
    return 'gone';
  }
}

// strace(1) takes its time on a busy machine.
it('reading a process neither stops nor traces nor signals it', { timeout: 150_000 }, async () => {
  const { pid } = many;
  const states = new Set<string>();
  const sample = setInterval(() => {
    states.add(stateOf(pid));
  }, 1);
  // Also if the test times out: what it waits for may never come.
  onTestFinished(() => clearInterval(sample));
  const client = await watchProcess(daemon, many.pid, 10);
  const calls = await tracing(pidsOf(daemon.pid).reader, TOUCHING, async () => {
    for (const path of ['map', 'stats', 'smaps', 'program', 'locate?start=0x400000&length_kb=4', 'pages?start=0x400000&count=1'])
      await (await daemon.get(`/api/processes/${pid}/${path}`)).text();
    for (const path of ['/api/processes', '/api/kernel', '/metrics']) await (await daemon.get(path)).text();
    await client.message('tick');
  });
  await client.close();
  expect(calls).toBe('');
  expect([...states].filter((state) => !/^[SRD] 0$/.test(state))).toEqual([]);
});

/** Sends every kind of request about a process, once. */
async function askAll(pid: number, start: string): Promise<void> {
  for (const path of ['map', 'stats', 'smaps', 'program', `file?start=${start}`, 'locate?start=0x400000&length_kb=4', `pages?start=${start}&count=1`])
    await (await daemon.get(`/api/processes/${pid}/${path}`)).text();
  for (const path of ['/api/processes', '/api/kernel', '/api/system', '/metrics']) await (await daemon.get(path)).text();
}

it('only the files process accesses file systems of other processes’ programs and mapped files', { timeout: 150_000 }, async () => {
  const { pid } = many;
  const { regions } = await daemon.json<{ regions: { start: string; name: string }[] }>(`/api/processes/${pid}/map`);
  const start = regions.find(({ name }) => name.endsWith('/many'))?.start ?? '';
  const mapped = new Set(regions.map(({ name }) => name).filter((name) => name.startsWith('/')));
  /** Paths that lead to files of the process, by name or by the links in /proc. */
  const leading = /^\/proc\/([0-9]+|self)\/(task\/[0-9]+\/)?(root|exe|cwd|map_files|fd)\b/;
  const opened = (calls: string): string[] =>
    [...calls.matchAll(/"(.*?)"/g)].map(([, path = '']) => path).filter((path) => leading.test(path) || mapped.has(path));
  const roles = pidsOf(daemon.pid);
  for (const role of ['reader', 'web'] as const) {
    const seen = await tracing(roles[role], 'open,openat,stat,lstat,newfstatat,statx,statfs', () => askAll(pid, start));
    // Without this, a failed trace would look like no access.
    if (role === 'reader') expect(seen).toContain(`"/proc/${pid}/maps"`);
    expect([role, opened(seen)]).toEqual([role, []]);
  }
  const calls = await tracing(childOf(daemon.pid, 'files.js'), 'open,openat,statfs,fstatfs', () => askAll(pid, start));
  expect(opened(calls).length).toBeGreaterThan(3);
  expect(calls).not.toContain('statfs');
});
