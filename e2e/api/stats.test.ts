import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Daemon } from '../daemon.ts';
import { buildFixtures, Fixture } from '../fixtures/fixture.ts';
import { moreHugePages } from '../fixtures/huge-pages.ts';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { kernelRows, type MapAnswer } from './map-answer.ts';
import { keepForSmem, type Ps, ps, type Smem, smem } from './memory-tools.ts';
import { Subject, whileStopped } from './subjects.ts';

/**
 * The figures of a process equal those of ps(1) and smem(8), the CSV equals the map, and a range lies in the map's
 * regions.
 */
let daemon: Daemon;
const folder = mkdtempSync(join(tmpdir(), 'procmap-stats-'));

beforeAll(async () => {
  buildFixtures();
  daemon = await Daemon.start();
});

afterAll(async () => {
  await daemon.stop();
  rmSync(folder, { recursive: true });
});

const STILL_WITHIN_MS = 20_000;

interface Found {
  readonly stats: Statistics;
  readonly ps: Ps;
  readonly smem: Smem;
  /** The same by smem from the running system, a moment later. */
  readonly smemNow: Smem;
}

function statsOf(pid: number): Promise<Statistics> {
  return daemon.json<Statistics>(`/api/processes/${pid}/stats`);
}

/**
 * Compares figures of a process with those that the tools print at the same moment. The process is stopped, but others
 * that share its pages start or end, and so change PSS and USS; smem is one of them. So smem gets files saved between
 * two equal answers.
 */
function look(pid: number): Promise<Found> {
  return whileStopped(pid, async () => {
    // Others may start and end for seconds: the tests beside this one start node, too.
    const end = performance.now() + STILL_WITHIN_MS;
    while (performance.now() < end) {
      await setTimeout(20);
      const before = await statsOf(pid);
      const kept = keepForSmem(pid, folder);
      const after = await statsOf(pid);
      if (JSON.stringify(before.smem) !== JSON.stringify(after.smem)) continue;
      return { stats: before, ps: await ps(pid), smem: await smem(pid, '-S', kept), smemNow: await smem(pid) };
    }
    throw new Error(`the memory of process ${pid} does not hold still`);
  });
}

/** Asserts all figures of ps, and those of smem except PSS. */
function expectTools({ stats, ps, smem }: Found): void {
  expect({ ...stats.ps, mem_percent: stats.ps?.mem_percent?.toFixed(1) }).toEqual(ps);
  expect({ ...stats.smem, pss_kb: 0 }).toEqual({ ...smem, pss_kb: 0 });
}

describe('the figures of', () => {
  it('a process that shares no page are what ps and smem print, to the KB', async () => {
    // More than 0.1 % of the memory of most machines, and a file that is read and modified in memory.
    const file = join(folder, 'file');
    writeFileSync(file, Buffer.alloc(3 * 1024 * 1024 + 100, 7));
    const resident = await Fixture.start('resident', '160', file);
    try {
      const found = await look(resident.pid);
      expectTools(found);
      expect(found.stats.smem).toEqual(found.smem);
      // The running system gives the same, since no other process shares its pages.
      expect(found.smemNow).toEqual(found.smem);
      const [uss, rss] = [found.stats.smem?.uss_kb ?? NaN, found.stats.smem?.rss_kb ?? NaN];
      expect([uss > 163 * 1024, rss - uss < 100]).toEqual([true, true]);
    } finally {
      await resident.stop();
    }
  });

  it.each<[string, () => Promise<{ readonly pid: number; stop(): Promise<void> }>]>([
    ['a sleep', () => Subject.sleep()],
    ['a node', () => Subject.node()],
    ['a Chromium', () => Subject.chromium()],
    ['a program with 20,000 mappings', () => Fixture.start('many', '20000')],
  ])('%s are what ps and smem print, but for what smem rounds down of PSS in each mapping', async (_, start) => {
    const subject = await start();
    try {
      const found = await look(subject.pid);
      expectTools(found);
      const lost = (found.stats.smem?.pss_kb ?? NaN) - (found.smem.pss_kb ?? NaN);
      expect(lost).toBeGreaterThanOrEqual(0);
      expect(lost).toBeLessThanOrEqual(found.stats.vas.mappings);
    } finally {
      await subject.stop();
    }
  });

  it('a process with huge pages have these separately, and in the sum of memory', async ({ skip }) => {
    const pool = moreHugePages(4);
    if (pool === null) return skip('no huge pages are to be had here: vm.nr_hugepages');
    try {
      const huge = await Fixture.start('huge');
      const found = await look(huge.pid);
      expectTools(found);
      const { in_memory: inMemory, ps, sources } = found.stats;
      expect(inMemory).toEqual({ total_kb: (ps?.rss_kb ?? NaN) + 6144, hugetlb_kb: 6144 });
      expect(sources['in_memory.hugetlb_kb']).toContain('Private_Hugetlb');
      await huge.stop();
    } finally {
      pool.drop();
    }
  });

  it('a process whose first thread has ended are those of the remaining threads', async () => {
    const known = await Fixture.start('known');
    try {
      expect(await known.command('leave')).toBe('left');
      const { ps, smem, in_memory: inMemory } = await statsOf(known.pid);
      const [thread] = readdirSync(`/proc/${known.pid}/task`).filter((each) => each !== String(known.pid));
      const status = readFileSync(`/proc/${known.pid}/task/${thread}/status`, 'latin1');
      const figure = (label: string): number => Number(new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'm').exec(status)?.[1]);
      expect(ps).toMatchObject({ vsz_kb: figure('VmSize'), rss_kb: figure('VmRSS') });
      expect([inMemory?.total_kb, smem?.rss_kb ?? 0]).toEqual([ps?.rss_kb, expect.any(Number)]);
      const row = (await daemon.json<{ pid: number; cmdline: string; rss_kb: number }[]>('/api/processes')).find(({ pid }) => pid === known.pid);
      expect(row).toMatchObject({ cmdline: expect.stringMatching(/\/known$/) as string, rss_kb: ps?.rss_kb });
    } finally {
      await known.stop();
    }
  });

  it('a sleep’s address space are those of its map, and the system’s those of the kernel', async () => {
    const sleep = await Subject.sleep();
    try {
      const { vas, system } = await daemon.json<Statistics>(`/api/processes/${sleep.pid}/stats`);
      const { regions, task_size } = await daemon.json<MapAnswer>(`/api/processes/${sleep.pid}/map`);
      const sum = (fits: (region: RegionJson) => boolean): bigint => regions.filter(fits).reduce((total, { size }) => total + BigInt(size), 0n);
      const gaps = regions.filter(({ kind, space }) => kind === 'gap' && space === 'user');
      const { page_tables: tables } = await daemon.json<{ page_tables: { size: number; perms: string }[] | null }>('/api/kernel');
      const mapped = (region: RegionJson): boolean => region.source === 'maps' && region.space === 'user';
      expect({ ...vas, sparse_percent: 0, mapped_percent: 0 }).toEqual({
        kernel_bytes: Number(sum(({ space }) => space === 'kernel')),
        user_bytes: Number(task_size),
        mappings: kernelRows(sleep.pid).length,
        sparse_regions: gaps.length,
        sparse_bytes: Number(sum(({ kind, space }) => kind === 'gap' && space === 'user')),
        sparse_percent: 0,
        mapped_bytes: Number(sum(mapped)),
        mapped_percent: 0,
        largest_gap_bytes: Math.max(...gaps.map(({ size }) => Number(size))),
        writable_executable: 0,
        writable_executable_views: 0,
        page_zero: false,
        views: 0,
        views_again_bytes: 0,
        no_access: regions.filter(({ perms, source }) => perms === '---' && source === 'maps').length,
        kernel_writable_executable_bytes: tables?.filter(({ perms }) => perms === 'rwx').reduce((total, { size }) => total + size, 0) ?? null,
      });
      expect(vas.mapped_percent / 100).toBeCloseTo(Number(sum(mapped)) / Number(task_size), 10);
      expect(vas.sparse_percent).toBeGreaterThan(99);
      expect(system).toEqual({
        mem_total_kb: Number(/^MemTotal: +([0-9]+) kB$/m.exec(readFileSync('/proc/meminfo', 'latin1'))?.[1]),
        max_map_count: Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1')),
        map_count_headroom:
          Number(readFileSync('/proc/sys/vm/max_map_count', 'latin1')) - kernelRows(sleep.pid).filter(({ name }) => name !== '[vsyscall]').length,
      });
    } finally {
      await sleep.stop();
    }
  });
});

type Row = Readonly<Record<string, string>>;

async function csv(path: string): Promise<{ rows: Row[]; response: Response }> {
  const response = await daemon.get(path);
  const rows: Row[] = parse(await response.text(), { columns: true, record_delimiter: '\r\n' });
  return { rows, response };
}

/** A cell without the mark against formulas. */
function unmarked(cell = ''): string {
  return cell.startsWith("'") ? cell.slice(1) : cell;
}

/** A row of the CSV in the form of the JSON. */
function regionOf(row: Row): RegionJson {
  const {
    name,
    size_bytes = '',
    start_va = '',
    end_va = '',
    perms,
    type,
    file_offset,
    device,
    inode,
    space = '',
    kind = '',
    source = '',
    use = '',
    use_of = '',
    use_evidence = '',
    use_certainty = '',
  } = row;
  const number = (text: string): number | string => (Number(text) <= Number.MAX_SAFE_INTEGER ? Number(text) : text);
  const uses = { use: use || null, use_of: unmarked(use_of), use_evidence: unmarked(use_evidence), use_certainty: use_certainty || null };
  const place = { start: start_va, end: end_va, size: number(size_bytes), space: space as RegionJson['space'], kind, name: unmarked(name), source, ...uses };
  if (source === 'computed') {
    expect([perms, type, file_offset, device, inode]).toEqual(['', '', '', '', '']);
    return { ...place, perms: null, type: null, offset: null, device: null, inode: null };
  }
  return { ...place, perms: unmarked(perms), type: type as RegionJson['type'], offset: file_offset ?? '', device: device ?? '', inode: number(inode ?? '') };
}

describe('GET /api/processes/:pid/maps.csv is the map without the kernel’s half, of', () => {
  it.each<[string, () => Promise<{ readonly pid: number; stop(): Promise<void> }>]>([
    ['a sleep', () => Subject.sleep()],
    ['a node', () => Subject.node()],
    ['a program with hostile names', () => Fixture.start('known', folder)],
    ['a program with 65,000 mappings', () => Fixture.start('many', '65000')],
  ])('%s', async (_, start) => {
    const subject = await start();
    try {
      await whileStopped(subject.pid, async () => {
        const { rows, response } = await csv(`/api/processes/${subject.pid}/maps.csv`);
        expect(response.status).toBe(200);
        expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
        expect(response.headers.get('content-disposition')).toBe(`attachment; filename="procmap-${subject.pid}-maps.csv"`);
        const { regions } = await daemon.json<MapAnswer>(`/api/processes/${subject.pid}/map`);
        // One comparison: 130,000 would take long.
        // A row has no room for the parts of a mapping of several uses.
        const told = regions.filter(({ space, source }) => space !== 'kernel' || source === 'maps').map((region) => ({ ...region, use_parts: undefined }));
        expect(rows.map(regionOf)).toEqual(told);
      });
    } finally {
      await subject.stop();
    }
  });
});

it('GET /api/kernel.csv is the kernel half of every map, without a process’s own mappings there', async () => {
  const { rows, response } = await csv('/api/kernel.csv');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="procmap-kernel.csv"');
  const { regions } = await daemon.json<MapAnswer>(`/api/processes/${process.pid}/map`);
  const kernel = regions.filter(({ space }) => space === 'kernel');
  expect([rows[0]?.['end_va'], rows.at(-1)?.['start_va']]).toEqual([kernel[0]?.end, kernel.at(-1)?.start]);
  expect(rows.reduce((sum, { size_bytes = '' }) => sum + BigInt(size_bytes), 0n)).toBe(kernel.reduce((sum, { size }) => sum + BigInt(size), 0n));
});

describe('what cannot be answered', () => {
  it('is reported by every route in the same way', async () => {
    const zombie = await Fixture.start('zombie');
    try {
      for (const [pid, status, error] of [
        ['0', 400, 'bad_pid'],
        ['4194304', 404, 'not_found'],
        [zombie.ready[1] ?? '', 409, 'zombie'],
      ] as const) {
        for (const route of ['stats', 'maps.csv', 'locate?start=0x0&length_kb=1', 'program', 'file?start=0x1000']) {
          const response = await daemon.get(`/api/processes/${pid}/${route}`);
          const { error: word } = (await response.json()) as { error: string };
          expect([route, pid, response.status, word]).toEqual([route, pid, status, error]);
        }
      }
    } finally {
      await zombie.stop();
    }
  });

  it('needs a session or token', async () => {
    for (const path of [
      'processes/1/stats',
      'processes/1/maps.csv',
      'processes/1/locate?start=0x0&length_kb=1',
      'processes/1/program',
      'processes/1/file?start=0x1000',
      'kernel',
      'kernel.csv',
    ])
      expect([path, (await fetch(`${daemon.address}/api/${path}`)).status]).toEqual([path, 401]);
  });
});
