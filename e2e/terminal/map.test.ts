import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { kernelRows } from '../api/map-answer.ts';
import { boxLines, boxRegions } from './box.ts';
import { run } from '../daemon.ts';
import { Command } from './command.ts';

/** procmap --pid=PID: the text map, compared with the kernel's own files. */
let command: Command;
let known: Fixture;

beforeAll(async () => {
  buildFixtures();
  command = new Command();
  known = await Fixture.start('known');
});

afterAll(async () => {
  await known.stop();
  command.dispose();
});

async function mapOf(pid: number, ...args: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await command.run(`--pid=${pid}`, '--no-log', ...args);
  expect([status, stderr]).toEqual([0, '']);
  return stdout;
}

describe('the map of a process', () => {
  it('tiles the whole space, descending, with every mapping of maps in its place', async () => {
    const regions = boxRegions(await mapOf(known.pid));
    expect(regions[0]?.end).toBe(2n ** 64n);
    expect(regions.at(-1)?.start).toBe(0n);
    regions.forEach(({ start }, i) => {
      if (i + 1 < regions.length) expect(regions[i + 1]?.end).toBe(start);
    });
    const mapped = regions.filter(({ text }) => /\[[^[]*,[r-][w-][x-],[ps],0x[0-9a-f]+\](?: W\+X!)?$/.test(text)).reverse();
    const rows = kernelRows(known.pid);
    expect(mapped.map(({ start, end }) => [start, end])).toEqual(rows.map(({ start, end }) => [start, end]));
    mapped.forEach(({ text }, i) => {
      const row = rows[i];
      const perms = row?.perms ?? '';
      expect(text).toContain(`,${perms.slice(0, 3)},${perms.slice(3)},0x${(row?.offset ?? 0n).toString(16)}]`);
    });
  });

  it('names unmapped regions', async () => {
    const texts = boxRegions(await mapOf(known.pid)).map(({ text }) => text);
    expect(texts.filter((text) => text.startsWith('<... Non-canonical hole ...>'))).toEqual(['<... Non-canonical hole ...> [16 EB]']);
    expect(texts.filter((text) => /^<\.\.\. Sparse Region \.\.\.> \[[0-9.]+ [KMGT]B\]$/.test(text)).length).toBeGreaterThan(3);
    expect(texts).toContain('<... Beyond TASK_SIZE ...> [4 KB]');
    expect(texts.at(-1)).toBe('< NULL trap page > [4 KB]');
  });

  it('names zeroed data by the headers of its file', async () => {
    expect(boxRegions(await mapOf(known.pid)).map(({ text }) => text)).toContainEqual(expect.stringMatching(/^<anonymous: bss, libc\.so\.6> \[/));
  });

  it('is one box of 72 columns, or of the requested width, however long the names', async () => {
    for (const width of [72, 48, 120]) {
      const lines = boxLines(await mapOf(known.pid, `--width=${width}`));
      expect(lines.length).toBeGreaterThan(100);
      for (const line of lines) expect(line).toMatch(line.startsWith('+') ? new RegExp(`^\\+.{${width - 2}}\\+ [0-9a-f]{16}$`) : /^\|.*\|$/);
    }
    const { stdout } = await command.run('-p', String(process.pid), '--no-log', '--width=48');
    const cut = boxRegions(stdout).filter(({ text }) => text.startsWith('/') && text.includes('…'));
    expect(cut.length).toBeGreaterThan(3);
    for (const { text } of cut) expect(text).toMatch(/^\/.*….+ \[.*\]$/);
  });

  it('is the higher the larger a region is', async () => {
    const regions = boxRegions(await mapOf(known.pid)).sort((a, b) => (a.end - a.start < b.end - b.start ? -1 : 1));
    regions.forEach(({ height }, i) => {
      if (i > 0) expect(height).toBeGreaterThanOrEqual(regions[i - 1]?.height ?? Infinity);
    });
    expect(new Set(regions.map(({ height }) => height)).size).toBeGreaterThan(5);
  });

  it('lets no control character of a name through', async () => {
    const output = await mapOf(known.pid);
    expect(output).not.toMatch(/[^\n\P{C}]|[\p{Zl}\p{Zp}]/u);
    expect(output).toContain(String.raw`\x1b`);
  });

  it('marks writable and executable mappings', async () => {
    const texts = boxRegions(await mapOf(known.pid)).filter(({ text }) => text.endsWith(' W+X!'));
    expect(texts.length).toBe(kernelRows(known.pid).filter(({ perms }) => perms.startsWith('rwx') || perms.startsWith('-wx')).length);
    expect(texts.length).toBeGreaterThan(0);
  });

  it('of 65,000 mappings is whole', async () => {
    const many = await Fixture.start('many', '65000');
    const regions = boxRegions(await mapOf(many.pid, '--no-stats'));
    const rows = kernelRows(many.pid);
    await many.stop();
    const starts = new Set(regions.map(({ start }) => start));
    expect(rows.length).toBeGreaterThan(64_000);
    expect(rows.filter(({ start }) => !starts.has(start))).toEqual([]);
  });
});

describe('a process in many groups', () =>
  it.runIf(process.getuid?.() === 0)('has its figures, which stand behind all of them in its status', async () => {
    const groups = Array.from({ length: 3000 }, (_, i) => 100_000 + i).join(',');
    const child = spawn('setpriv', [`--groups=${groups}`, 'sleep', '60']);
    await expect.poll(() => readFileSync(`/proc/${child.pid}/comm`, 'utf8')).toBe('sleep\n');
    const output = await mapOf(child.pid ?? 0);
    const { stdout } = await run(['ps', '-o', 'vsz=,rss=', '-p', String(child.pid)]);
    child.kill();
    const [vsz = '', rss = ''] = stdout.trim().split(/\s+/);
    expect(Number(vsz)).toBeGreaterThan(1000);
    const figure = (name: string): string => new RegExp(`^ {2}ps: ${name} +([0-9,]+) KB`, 'm').exec(output)?.[1]?.replaceAll(',', '') ?? '';
    expect([figure('VSZ'), figure('RSS')]).toEqual([vsz, rss]);
  }));

describe('a single half', () => {
  it.each(['--only-user', '-u'])('%s is the user’s', async (option) => {
    const output = await mapOf(known.pid, option);
    const regions = boxRegions(output);
    expect([regions[0]?.end, regions.at(-1)?.start]).toEqual([2n ** 47n, 0n]);
    expect(output).not.toMatch(/hole|Kernel half,/);
  });

  it.each(['--only-kernel', '-k'])('%s is the kernel’s, of no process too', async (option) => {
    for (const args of [[`--pid=${known.pid}`], []]) {
      const { stdout, status } = await command.run(...args, option, '--no-log');
      const regions = boxRegions(stdout);
      expect([status, regions[0]?.end, regions.at(-1)?.start]).toEqual([0, 2n ** 64n, 2n ** 64n - 2n ** 47n]);
    }
  });
});

describe('a thread', () => {
  it('is taken for its process, and both are named', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000); console.log()'], { stdio: ['ignore', 'pipe', 'ignore'] });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const pid = child.pid ?? 0;
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const tid = Number(readdirSync(`/proc/${pid}/task`).find((each) => each !== String(pid)));
    const comm = readFileSync(`/proc/${tid}/comm`, 'utf8').trim();
    const output = await mapOf(tid);
    child.kill();
    expect(status).toContain(`Tgid:\t${pid}`);
    // Its first thread may be called MainThread, which does not identify it.
    const name = 'node -e setInterval(() => {}, 1000); console.log()';
    expect(output).toContain(`${tid} (${comm}) is a thread of process ${pid} (${name}); this is the map of that process\n`);
    expect(output).toContain(`process ${pid} (${name}), `);
    expect(output).toContain(`Statistics of process ${pid} (${name})\n`);
  });
});

describe('another alarm', () => {
  it('is memory that is written here and executed there: both are marked, and counted', async () => {
    const jit = await Fixture.start('views', 'jit');
    const output = await mapOf(jit.pid);
    await jit.stop();
    const marked = boxRegions(output).filter(({ text }) => text.endsWith(' W+X!'));
    expect(marked.map(({ start }) => start)).toEqual(jit.mappings.map(({ start }) => BigInt(start)).sort((a, b) => (a < b ? 1 : -1)));
    expect(output).toMatch(/^ {2}W\+X in two views +2 {2}mappings that share memory, /m);
    expect(output).toMatch(/^ {2}mapped again +32 KB {2}in 2 views of 1 range: /m);
    expect(await mapOf(process.pid)).toMatch(/^ {2}W\+X in two views +0 /m);
  });

  it.runIf(process.getuid?.() === 0)('is page 0', async () => {
    const zero = await Fixture.start('views', 'zero');
    const output = await mapOf(zero.pid);
    await zero.stop();
    expect(boxRegions(output).at(-1)).toMatchObject({ start: 0n, text: '<anonymous> [4 KB,rw-,p,0x0] NULL!' });
    expect(output).toMatch(/^ {2}page 0 +mapped /m);
  });

  it('is that few mappings are left, with the file that has most', async () => {
    const limit = Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
    const many = await Fixture.start('many', String(Math.round(limit * 0.95)));
    const output = await mapOf(many.pid);
    await many.stop();
    expect(output).toMatch(/^ {2}mappings left +[0-9,]+ {2}less than a tenth of vm\.max_map_count, [0-9,]+: [0-9,]+ anonymous mappings$/m);
    expect(await mapOf(known.pid)).toMatch(/^ {2}mappings left +[0-9,]+ {2}of vm\.max_map_count, [0-9,]+$/m);
  });
});
