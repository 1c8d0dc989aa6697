import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileNow } from '@procmap/shared/files/file-now.ts';
import type { LocateJson } from '@procmap/shared/output/locate-json.ts';
import type { Program } from '@procmap/shared/files/program.ts';
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

interface Found {
  readonly stats: Statistics;
  readonly ps: Ps;
  readonly smem: Smem;
  /** A moment later. */
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
    for (let tries = 0; tries < 20; tries++) {
      const before = await statsOf(pid);
      const kept = keepForSmem(pid, folder);
      const after = await statsOf(pid);
      if (JSON.stringify(before.smem) !== JSON.stringify(after.smem)) continue;
      return { stats: before, ps: await ps(pid), smem: await smem(pid, '-S', kept), smemNow: await smem(pid) };
    }
    throw new Error(`the memory of process ${pid} does not hold still`);
  });
}

/** Asserts all that ps prints, and all of smem but PSS. */
function expectTools({ stats, ps, smem }: Found): void {
  expect({ ...stats.ps, mem_percent: stats.ps?.mem_percent?.toFixed(1) }).toEqual(ps);
  expect({ ...stats.smem, pss_kb: 0 }).toEqual({ ...smem, pss_kb: 0 });
}

describe('the figures of', () => {
  it('a process that shares no page are what ps and smem print, to the KB', async () => {
    // Enough to be more than 0.1 % of most machines, and a file that is read and written to in memory.
    const file = join(folder, 'file');
    writeFileSync(file, Buffer.alloc(3 * 1024 * 1024 + 100, 7));
    const resident = await Fixture.start('resident', '160', file);
    try {
      const found = await look(resident.pid);
      expectTools(found);
      expect(found.stats.smem).toEqual(found.smem);
      // Also of the running system: whoever comes and goes shares nothing with it.
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

  it('a process with huge pages have these apart, and what is in memory has them', async ({ skip }) => {
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

  it('a process whose first thread has ended are those of what goes on', async () => {
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

  it('a sleep’s address space are those of its map, and the system’s its own', async () => {
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

/** A row of the CSV as the JSON has it. */
function regionOf(row: Row): RegionJson {
  const { name, size_bytes = '', start_va = '', end_va = '', perms, type, file_offset, device, inode, space = '', kind = '', source = '' } = row;
  const number = (text: string): number | string => (Number(text) <= Number.MAX_SAFE_INTEGER ? Number(text) : text);
  const place = { start: start_va, end: end_va, size: number(size_bytes), space: space as RegionJson['space'], kind, name: unmarked(name), source };
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
        expect(rows.map(regionOf)).toEqual(regions.filter(({ space, source }) => space !== 'kernel' || source === 'maps'));
      });
    } finally {
      await subject.stop();
    }
  });
});

it('GET /api/kernel.csv is the kernel’s half of every map, but for what is a process’s there', async () => {
  const { rows, response } = await csv('/api/kernel.csv');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="procmap-kernel.csv"');
  const { regions } = await daemon.json<MapAnswer>(`/api/processes/${process.pid}/map`);
  const kernel = regions.filter(({ space }) => space === 'kernel');
  expect([rows[0]?.['end_va'], rows.at(-1)?.['start_va']]).toEqual([kernel[0]?.end, kernel.at(-1)?.start]);
  expect(rows.reduce((sum, { size_bytes = '' }) => sum + BigInt(size_bytes), 0n)).toBe(kernel.reduce((sum, { size }) => sum + BigInt(size), 0n));
});

describe('GET /api/processes/:pid/locate', () => {
  it('finds every region of a process by its first byte and by its last', async () => {
    const sleep = await Subject.sleep();
    try {
      await whileStopped(sleep.pid, async () => {
        const { regions } = await daemon.json<MapAnswer>(`/api/processes/${sleep.pid}/map`);
        const { page_tables: tables } = await daemon.json<{ page_tables: unknown }>('/api/kernel');
        for (const region of regions) {
          const [start, end] = [BigInt(region.start), BigInt(region.end)];
          const whole = region.source === 'maps';
          // A region of the kernel may end within a KB.
          if ((end - start) % 1024n !== 0n || start % 1024n !== 0n) continue;
          const first = await daemon.json<LocateJson>(`/api/processes/${sleep.pid}/locate?start=${region.start}&length_kb=${(end - start) / 1024n}`);
          expect(first).toMatchObject({
            start: region.start,
            end: region.end,
            space: region.space,
            offset_in_region: '0x0',
            region_count: 1,
            regions: [region],
          });
          const isKnown = region.space !== 'kernel' || whole || tables !== null;
          expect(first.mapped_bytes === null).toBe(!isKnown);
          if (region.space !== 'kernel' || whole) expect(BigInt(first.mapped_bytes ?? -1)).toBe(whole ? end - start : 0n);
          expect(first.file_offset).toBe(whole && region.inode !== 0 ? region.offset : null);
          const last = await daemon.json<LocateJson>(`/api/processes/${sleep.pid}/locate?start=0x${(end - 1024n).toString(16)}&length_kb=1`);
          expect(last).toMatchObject({ end: region.end, regions: [region], offset_in_region: `0x${(end - 1024n - start).toString(16)}` });
        }
      });
    } finally {
      await sleep.stop();
    }
  });

  it('counts all of a user half of 65,000 mappings, and lists a thousand', async () => {
    const many = await Fixture.start('many', '65000');
    try {
      const located = await daemon.json<LocateJson>(`/api/processes/${many.pid}/locate?start=0x0&length_kb=${2 ** 37}`);
      const answer = await daemon.json<MapAnswer>(`/api/processes/${many.pid}/map`);
      const regions = answer.regions.filter(({ space }) => space === 'user');
      expect([located.region_count, located.regions.length]).toEqual([regions.length, 1000]);
      expect(located.regions).toEqual(regions.slice(-1000));
      expect(located.mapped_bytes).toBe(regions.filter(({ source }) => source === 'maps').reduce((sum, { size }) => sum + Number(size), 0));
      const all = await daemon.json<LocateJson>(`/api/processes/${many.pid}/locate?start=0x0&length_kb=18014398509481984`);
      expect(all.region_count).toBe(answer.regions.length);
    } finally {
      await many.stop();
    }
  });

  it.each(['', '?start=4096&length_kb=4', '?start=0x1000&length_kb=0', '?start=0xffffffffffffffff&length_kb=1'])('refuses the range %j', async (query) => {
    const response = await daemon.get(`/api/processes/${process.pid}/locate${query}`);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([400, 'bad_range']);
  });
});

describe('GET /api/processes/:pid/program', () =>
  it('is what the process runs', async () => {
    const resident = await Fixture.start('resident');
    const sleep = await Subject.sleep();
    try {
      const program = await daemon.json<Program>(`/api/processes/${resident.pid}/program`);
      expect(program).toEqual({
        pid: resident.pid,
        exe: expect.stringMatching(/\/e2e\/fixtures\/bin\/resident$/) as string,
        exe_type: expect.stringMatching(/^ELF 64-bit, .*, at a fixed address, statically linked$/) as string,
        interpreter: '',
      });
      expect(await daemon.json<Program>(`/api/processes/${sleep.pid}/program`)).toMatchObject({
        exe: expect.stringMatching(/\/sleep$/) as string,
        exe_type: expect.stringMatching(/, dynamically linked$/) as string,
        interpreter: expect.stringMatching(/\/ld-linux/) as string,
      });
    } finally {
      await resident.stop();
      await sleep.stop();
    }
  }));

describe('GET /api/processes/:pid/file', () => {
  it('is what lies at the path of a mapping, by where that starts', async () => {
    const sleep = await Subject.sleep();
    try {
      const { regions } = await daemon.json<MapAnswer>(`/api/processes/${sleep.pid}/map`);
      const program = regions.filter(({ name }) => name.endsWith('/sleep'));
      const code = program.find(({ perms }) => perms?.includes('x') === true);
      const first = program.at(-1);
      const build_id = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-nW', first?.name ?? ''], { encoding: 'utf8' }))?.[1] ?? null;
      const ask = (start: string): Promise<FileNow> => daemon.json<FileNow>(`/api/processes/${sleep.pid}/file?start=${start}`);
      expect(await ask(first?.start ?? '')).toEqual({ state: 'same', reason: null, build_id, elf_address: '0x0' });
      // addr2line(1) wants its numbers.
      const text = /^ +LOAD +0x\w+ (0x\w+) .* R E /m.exec(execFileSync('readelf', ['-lW', first?.name ?? ''], { encoding: 'utf8' }))?.[1] ?? '';
      expect((await ask(code?.start ?? '')).elf_address).toBe(`0x${BigInt(text).toString(16)}`);
      expect(await ask(regions.find(({ name }) => name === '[stack]')?.start ?? '')).toEqual({
        state: 'never_named',
        reason: null,
        build_id: null,
        elf_address: null,
      });
    } finally {
      await sleep.stop();
    }
  });

  it.each([
    ['', 400, 'bad_range'],
    ['?start=4096', 400, 'bad_range'],
    ['?start=0x1001', 400, 'bad_range'],
    ['?start=0x1000&path=/etc/passwd', 400, 'bad_range'],
    ['?start=/etc/passwd', 400, 'bad_range'],
    ['?start=0x1000', 404, 'no_mapping'],
    ['?start=0xfffffffffffff000', 404, 'no_mapping'],
  ])('answers nothing to %j', async (query, status, error) => {
    const response = await daemon.get(`/api/processes/${process.pid}/file${query}`);
    expect([response.status, ((await response.json()) as { error: string }).error]).toEqual([status, error]);
  });
});

describe('what cannot be answered', () => {
  it('is told by every route in the same way', async () => {
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

  it('nobody is answered without a session or token', async () => {
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
