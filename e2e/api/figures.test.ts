import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatAddress, MAX_PAGES } from '@procmap/shared/page.ts';
import type { PagesJson } from '@procmap/shared/output/pages-json.ts';
import type { SmapsJson } from '@procmap/shared/output/smaps-json.ts';
import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProcessInfo } from '../../server/src/reader/protocol/protocol.ts';
import { tableRows } from '../../server/test/maps-reference.ts';
import { Daemon, PROCMAP, run } from '../daemon.ts';
import { buildFixtures, Fixture, type Program } from '../fixtures/fixture.ts';
import { moreHugePages } from '../fixtures/huge-pages.ts';
import { halt } from '../halt.ts';
import { fileOfProcess, kbOf, kernelMapping, kernelMappings, kernelSums, mappingsOf, pagemapOf } from '../kernel-figures.ts';
import { boxRegions } from '../terminal/box.ts';
import { watchProcess } from '../viewer.ts';
import { compare } from './compare.ts';
import { expectPages } from './expected-pages.ts';
import { expectMetrics, expectSums, lasting, toldSums } from './expected-sums.ts';
import { kernelSpace } from './kernel-space.ts';
import { answeredLines, kernelLines, kernelRows, type MapAnswer } from './map-answer.ts';
import { ps, smem } from './memory-tools.ts';
import { LABELS, smapsCell } from './smaps-cell.ts';

/**
 * Every figure of processes that hold still is the kernel's, in every interface, and figures are only missing if the
 * kernel does not report them.
 */
const folder = mkdtempSync(join(tmpdir(), 'procmap-figures-'));
const FILE = join(folder, 'file');
const OTHER = mkdtempSync(join(folder, 'other-'));
const PAGE = 4096n;

const WITHOUT_FIRST = 'the same without its first thread';

/**
 * Processes to look at, and for some of their mappings, how many pages may be the kernel's zero page, which is in
 * memory but not in RSS.
 */
const SUBJECTS: readonly (readonly [what: string, program: Program, args: readonly string[], zeros: Readonly<Record<string, number>>])[] = [
  ['memory of many kinds', 'assorted', [folder], { zeros: 1 }],
  [WITHOUT_FIRST, 'assorted', [OTHER, 'leave'], { zeros: 1 }],
  ['rings and other objects of the kernel', 'objects', [folder], {}],
  ['pages in many states, and markers', 'touched', [FILE], { anon: 1 }],
  ['a heap that has grown', 'growing', [], {}],
  ['names that are hostile', 'known', [folder], {}],
  ['page 0, where it may be had', 'views', process.getuid?.() === 0 ? ['zero'] : ['heap'], {}],
  ['huge pages', 'huge', [], {}],
];

/** By the name of a mapping of `assorted`. */
const KNOWN_PAGES: Readonly<Record<string, Partial<PagesJson['counts']>>> = {
  ...{
    untouched: { present: 0, guard: 0 },
    reserved: { present: 0, guard: 0 },
    guarded: { present: 7, guard: 1, marker: 0 },
    unguarded: { present: 8, guard: 0 },
  },
  ...{
    forked: { present: 16, exclusive: 4 },
    written: { anonymous: 3 },
    writer: { present: 4, file: 4 },
    view: { present: 8, exclusive: 0 },
  },
};

let daemon: Daemon;
let pool: ReturnType<typeof moreHugePages> = null;
const started = new Map<string, Fixture>();

beforeAll(async () => {
  buildFixtures();
  writeFileSync(FILE, Buffer.alloc(4 * 4096, 1));
  pool = moreHugePages(4);
  for (const [what, program, args] of SUBJECTS) if (program !== 'huge' || pool !== null) started.set(what, await Fixture.start(program, ...args));
  await started.get('a heap that has grown')?.command('grow 1000');
  for (const { pid } of started.values()) await halt(pid);
  daemon = await Daemon.start({ args: [...new Set(SUBJECTS.map(([, program]) => `--metrics-match=${program}`))] });
});

afterAll(async () => {
  await daemon.stop();
  for (const fixture of started.values()) await fixture.stop();
  pool?.drop();
  rmSync(folder, { recursive: true });
});

/** Asks again while the daemon leaves the process alone. */
async function ask<T>(path: string): Promise<T> {
  for (;;) {
    const response = await daemon.get(path);
    if (response.status === 200) return (await response.json()) as T;
    if (response.status !== 429) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe.each(SUBJECTS)('of a process with %s', (what, program) => {
  let pid = 0;
  let taskSize = 0n;
  beforeAll(async () => {
    const found = started.get(what);
    if (found === undefined) return;
    ({ pid } = found);
    taskSize = BigInt((await daemon.json<MapAnswer>(`/api/processes/${pid}/map`)).task_size);
  });
  /** Defines a test that is skipped if there is no such process. */
  const told = (title: string, look: () => Promise<void>): void =>
    it(title, async ({ skip }) => {
      if (pid === 0) return skip('no huge pages are to be had here: vm.nr_hugepages');
      await look();
    });

  told('the list agrees with status and stat', async () => {
    const list = await daemon.json<ProcessInfo[]>('/api/processes');
    const [status, stat, cmdline] = [fileOfProcess(pid, 'status'), readFileSync(`/proc/${pid}/stat`, 'latin1'), fileOfProcess(pid, 'cmdline')];
    const [state, ppid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    expect(list.find((row) => row.pid === pid)).toMatchObject({
      comm: program,
      cmdline: cmdline.split('\0').slice(0, -1).join(' '),
      state,
      ppid: Number(ppid),
      threads: Number(/^Threads:\t([0-9]+)$/m.exec(status)?.[1]),
      uid: Number(/^Uid:\t\d+\t(\d+)/m.exec(status)?.[1]),
      vsize_kb: kbOf(status, 'VmSize'),
      rss_kb: kbOf(status, 'VmRSS'),
    });
  });

  told('the statistics are sums of its files', async () => {
    const space = kernelSpace(pid, taskSize);
    await compare(
      () => kernelSums(pid),
      () => daemon.json<Statistics>(`/api/processes/${pid}/stats`),
      ({ ps, in_memory: memory, smem, smem_error: error, vas, system }, sums) => {
        expect(error).toBe(null);
        expect({ ...toldSums(ps, memory?.hugetlb_kb, smem), inMemory: memory?.total_kb }).toEqual(sums);
        expect(vas).toMatchObject({
          user_bytes: Number(taskSize),
          mappings: space.mappings,
          mapped_bytes: Number(space.mapped),
          sparse_bytes: Number(space.sparse),
          sparse_regions: space.gaps,
          largest_gap_bytes: Number(space.largest),
          writable_executable: space.wx,
          no_access: space.noAccess,
        });
        expect(system?.map_count_headroom).toBe(space.headroom);
        expect(BigInt(ps?.vsz_kb ?? 0) * 1024n).toBe(space.mapped);
      },
    );
  });

  told('ps prints them, and smem', async () => {
    // If the first thread has ended, both print nothing.
    if (/^State:\tZ/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'))) return;
    const { ps: told, smem: sums, vas } = await daemon.json<Statistics>(`/api/processes/${pid}/stats`);
    expect({ ...told, mem_percent: told?.mem_percent?.toFixed(1) }).toEqual(await ps(pid));
    // It takes a second, does not find processes with a newline in smaps, and changes the process's share of its
    // libraries.
    if (program !== 'assorted') return;
    const printed = await smem(pid);
    expect({ ...sums, pss_kb: 0 }).toEqual({ ...printed, pss_kb: 0 });
    const lost = (sums?.pss_kb ?? NaN) - (printed.pss_kb ?? NaN);
    expect([lost >= 0, lost <= vas.mappings]).toEqual([true, true]);
  });

  told('each row of smaps has its figures, and null for missing ones', async () => {
    await compare(
      () => fileOfProcess(pid, 'smaps'),
      () => ask<SmapsJson>(`/api/processes/${pid}/smaps`),
      ({ torn, columns, rows }, text) => {
        const mappings = mappingsOf(text);
        expect(torn).toBe(false);
        expect(text.match(/^VmFlags:/gm)?.length).toBe(mappings.length);
        expect(rows).toEqual(mappings.map((mapping) => columns.map((column) => smapsCell(mapping, column))));
        // Checks the sums too.
        columns.forEach((column, at) => {
          if (!column.endsWith('_kb') || column === 'page_size_kb') return;
          const sum = rows.reduce((all, cells) => all + Number(cells[at]), 0);
          expect([column, sum]).toEqual([column, kbOf(text, LABELS[column] ?? '')]);
        });
      },
    );
  });

  told('the map, its CSV and the stream have the rows of maps', async () => {
    const lines = kernelLines(pid);
    expect(answeredLines(await daemon.json<MapAnswer>(`/api/processes/${pid}/map`))).toEqual(lines);
    const csv: Record<string, string>[] = parse(await (await daemon.get(`/api/processes/${pid}/maps.csv`)).text(), { columns: true, record_delimiter: '\r\n' });
    const rows = kernelRows(pid);
    expect(
      csv
        .filter(({ source }) => source === 'maps')
        .map(({ start_va, end_va, size_bytes, perms, type, file_offset, device, inode }) => [
          ...[start_va, end_va, size_bytes, file_offset].map((number) => BigInt(number ?? -1)),
          ...[`${perms?.replace(/^'/, '')}${type}`, device, inode],
        ])
        .reverse(),
    ).toEqual(rows.map(({ start, end, perms, offset, device, inode }) => [start, end, end - start, offset, perms, device, inode]));
    const viewer = await watchProcess(daemon, pid, 1);
    expect(tableRows(viewer.table)).toEqual(rows);
    await compare(
      () => lasting(kernelSums(pid), program),
      async () => {
        viewer.send({ type: 'memory', on: true });
        const { memory } = await viewer.message('memory');
        viewer.send({ type: 'memory', on: false });
        return memory;
      },
      // The page adds up memory figures itself; figures of the stream are a little older, and say so.
      (memory, sums) => expectSums({ ...toldSums(memory, memory?.hugetlb_kb, memory?.smem), inMemory: sums.inMemory }, sums, pid, program),
    );
    await viewer.close();
  });

  // A command takes a second.
  if (!['assorted', 'huge', 'views'].includes(program)) return;
  told('the terminal prints the same', async () => {
    const space = kernelSpace(pid, taskSize);
    await compare(
      () => lasting(kernelSums(pid), program),
      async () => (await run([PROCMAP, `--pid=${pid}`, '--no-log'], { NO_COLOR: '' })).stdout,
      (text, sums) => {
        const figure = (name: string): number => {
          const [, value = '', unit = ''] = new RegExp(`^  ${name} +([0-9,]+)( KB)?(?: |$)`, 'm').exec(text) ?? [];
          expect([name, unit === '']).toEqual([name, /^(mappings|sparse|writable)/.test(name)]);
          return Number(value.replaceAll(',', ''));
        };
        const told = {
          ...{ vsz: figure('ps: VSZ'), rss: figure('ps: RSS'), inMemory: figure('in memory'), hugetlb: figure('hugetlb') },
          ...{ swap: figure('smem: swap'), smemRss: figure('smem: RSS'), pss: figure('PSS'), uss: figure('smem: USS') },
        };
        expectSums(told, sums, pid, program);
        expect({
          ...{ mappings: figure('mappings'), gaps: figure('sparse regions'), wx: figure('writable and executable'), headroom: figure('mappings left') },
        }).toEqual({ mappings: space.mappings, gaps: space.gaps, wx: space.wx, headroom: space.headroom });
        const drawn = boxRegions(text).flatMap((region) => (/\[[^[]*,[r-][w-][x-],[ps],0x[0-9a-f]+\]/.test(region.text) ? [[region.start, region.end]] : []));
        expect(drawn.reverse()).toEqual(kernelRows(pid).map(({ start, end }) => [start, end]));
      },
    );
  });
});

it('the terminal’s JSON of one without its first thread is its map', async () => {
  const pid = started.get(WITHOUT_FIRST)?.pid ?? 0;
  const { stdout } = await run([PROCMAP, `--pid=${pid}`, '--no-log', '--format=json']);
  expect(answeredLines(JSON.parse(stdout) as MapAnswer)).toEqual(kernelLines(pid));
});

/** All at the same time, since each process is left alone for a while after each read. */
it('the pages of each of their mappings are what pagemap says, and as many as smaps does', async () => {
  const looks = SUBJECTS.map(async ([what, , , zeros]) => {
    const fixture = started.get(what);
    if (fixture === undefined) return;
    const { pid } = fixture;
    const names = new Map(fixture.mappings.map(({ name, start }) => [BigInt(start), name]));
    // The kernel half is not the process's own.
    for (const { start, end } of kernelMappings(pid).filter((each) => each.start < 1n << 63n)) {
      const name = names.get(start) ?? '';
      const count = Math.min(Number((end - start) / PAGE), MAX_PAGES);
      await compare(
        () => [pagemapOf(pid, start, count), kernelMapping(pid, start)] as const,
        () => ask<PagesJson>(`/api/processes/${pid}/pages?start=${formatAddress(Number(start / PAGE))}&count=${count}`),
        (pages, [entries, mapping]) => {
          expectPages(pages, entries, mapping, zeros[name] ?? 0);
          // For mappings with known counts.
          expect([what, name, pages.counts]).toMatchObject([what, name, KNOWN_PAGES[name] ?? {}]);
        },
      );
    }
  });
  await Promise.all(looks);
});

it('the metrics of all of them are the same', async () => {
  const all = SUBJECTS.flatMap(([what, program]) => {
    const fixture = started.get(what);
    return fixture === undefined ? [] : [{ pid: fixture.pid, program }];
  });
  const ends = new Map(
    await Promise.all(all.map(async ({ pid }) => [pid, BigInt((await daemon.json<MapAnswer>(`/api/processes/${pid}/map`)).task_size)] as const)),
  );
  await compare(
    () => all.map(({ pid, program }) => ({ sums: lasting(kernelSums(pid), program), space: kernelSpace(pid, ends.get(pid) ?? 0n) })),
    async () => {
      // Scrapes within a second get the same answer.
      await new Promise((resolve) => setTimeout(resolve, 1100));
      return (await daemon.get('/metrics')).text();
    },
    (text, kernel) => all.forEach(({ pid, program }, i) => expectMetrics(text, pid, program, kernel[i])),
  );
});
