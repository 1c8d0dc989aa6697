import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';

const THREADS = 300;

/** GET /metrics of the real daemon. */
let daemon: Daemon;
let many: Fixture;
let threads: Fixture;

beforeAll(async () => {
  buildFixtures();
  many = await Fixture.start('many', '2000');
  threads = await Fixture.start('threads', String(THREADS));
  daemon = await Daemon.start({ args: ['--metrics-match=man*', '--metrics-match=threads', '--metrics-match=nobody-is-called-so'] });
});
afterAll(async () => {
  await daemon.stop();
  await many.stop();
  await threads.stop();
});

/** Figures of the process by name. */
async function figures(): Promise<Map<string, number>> {
  const text = await (await daemon.get('/metrics')).text();
  const lines = text.matchAll(new RegExp(`^procmap_process_([a-z_]+)\\{pid="${many.pid}",comm="many"\\} (\\S+)$`, 'gm'));
  return new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
}

/** Figures of a process by use. */
function byUse(text: string, { pid }: Fixture, name: string): Map<string, number> {
  const lines = text.matchAll(new RegExp(`^procmap_process_${name}\\{pid="${pid}",comm="[^"]*",use="([a-z_]+)"\\} (\\S+)$`, 'gm'));
  return new Map(Array.from(lines, ([, use = '', value]) => [use, Number(value)]));
}

function sum(values: ReadonlyMap<string, number>): number {
  return [...values.values()].reduce((total, value) => total + value, 0);
}

/** The text of scrapes, one a second, until there is memory by use of the process. */
async function scrapeUses(fixture: Fixture): Promise<string> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const text = await (await daemon.get('/metrics')).text();
    if (byUse(text, fixture, 'use_resident_bytes').size > 0) return text;
  }
}

/** A figure in KiB of a file of the process. */
function kib(file: string, name: string, { pid } = many): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(readFileSync(`/proc/${pid}/${file}`, 'latin1'))?.[1]) * 1024;
}

describe('GET /metrics', () => {
  it('needs the token or a session, and has the type of OpenMetrics', async () => {
    expect((await fetch(`${daemon.address}/metrics`)).status).toBe(401);
    const response = await daemon.get('/metrics');
    expect(response.headers.get('content-type')).toContain('application/openmetrics-text');
    expect((await response.text()).endsWith('# EOF\n')).toBe(true);
  });

  it('says of a process what the kernel does', async () => {
    const found = await figures();
    const lines = readFileSync(`/proc/${many.pid}/maps`, 'latin1').trim().split('\n');
    const limit = Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1'));
    const gate = lines.filter((line) => line.endsWith('[vsyscall]')).length;
    expect(Object.fromEntries(found)).toMatchObject({
      mappings: lines.length,
      virtual_memory_bytes: kib('status', 'VmSize'),
      resident_memory_bytes: kib('status', 'VmRSS'),
      swap_bytes: kib('smaps_rollup', 'Swap'),
      writable_executable_mappings: lines.filter((line) => / .wx/.test(line)).length,
      writable_executable_views: 0,
      page_zero_mapped: 0,
      map_count_headroom: limit - (lines.length - gate),
    });
    expect(Math.abs((found.get('proportional_memory_bytes') ?? 0) - kib('smaps_rollup', 'Pss'))).toBeLessThan(2 ** 20);
    expect(found.get('sparse_bytes')).toBeGreaterThan(2 ** 40);
    expect(found.get('read_seconds')).toBeGreaterThan(0);
  });

  it('tells bytes by use, which add up, and no name of a thread or a file', async () => {
    await threads.command('start');
    await threads.command('rename secret"} name');
    const text = await scrapeUses(threads);
    const mapped = byUse(text, threads, 'use_mapped_bytes');
    const stacks = threads.printed.map((line) => {
      const [low = 0, high = 0] = line
        .split(' ')
        .slice(-2)
        .map((word) => Number.parseInt(word, 16));
      return high - low;
    });
    expect(stacks).toHaveLength(THREADS);
    const ofThreads = stacks.reduce((total, bytes) => total + bytes, 0);
    expect(mapped.get('thread_stack')).toBeGreaterThanOrEqual(ofThreads);
    // Those of the first thread and of the one that was started later.
    expect(mapped.get('thread_stack')).toBeLessThan(ofThreads + 2 ** 20);
    expect(mapped.get('stack_guard')).toBe((THREADS + 1) * 4096);
    const whole = new RegExp(`^procmap_process_mapped_bytes\\{pid="${threads.pid}",[^}]*\\} (\\S+)$`, 'm').exec(text)?.[1];
    expect(sum(mapped)).toBe(Number(whole));
    expect(sum(mapped)).toBe(kib('status', 'VmSize', threads));
    const resident = byUse(text, threads, 'use_resident_bytes');
    expect(resident.get('thread_stack')).toBeGreaterThanOrEqual((THREADS + 1) * 4096);
    expect(sum(resident)).toBe(kib('smaps_rollup', 'Rss', threads));
    expect(sum(byUse(text, threads, 'use_swap_bytes'))).toBe(kib('smaps_rollup', 'Swap', threads));
    const labels = new Set(Array.from(text.matchAll(/([a-z_]+)="/g), ([, label]) => label));
    expect([...labels].toSorted()).toEqual(['comm', 'pid', 'use', 'version']);
    expect(text.replaceAll(/^#.*$/gm, '')).not.toMatch(/secret|\/|\.so/);
  });

  it('reports no process if no name was given', async () => {
    const quiet = await Daemon.start();
    try {
      const text = await (await quiet.get('/metrics')).text();
      expect(text).toContain('procmap_metrics_processes 0\n');
      expect(text).not.toMatch(/^procmap_process_[a-z_]+\{/m);
    } finally {
      await quiet.stop();
    }
  });

  it('reads the processes once for simultaneous scrapes', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const texts = await Promise.all(Array.from({ length: 8 }, async () => (await daemon.get('/metrics')).text()));
    const reads = texts.map((text) => /^procmap_process_read_seconds\{[^}]*comm="many"\} (\S+)$/m.exec(text)?.[1]);
    expect(new Set(reads).size).toBe(1);
  });
});
