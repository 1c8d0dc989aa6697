import { spawnSync } from 'node:child_process';
import { beforeAll, describe, expect, it } from 'vitest';
import { busybox } from './busybox.ts';
import { runInGuest, whyNoGuest } from './guest.ts';
import { Kernel } from './kernel.ts';
import { buildModule, type BuiltModule } from './lkm-build.ts';
import { hex, lines, type Range, ranges, sections, union, values } from './lkm-report.ts';

const SCRIPT = new URL('lkm-in-guest.sh', import.meta.url).pathname;
const BOOT_LIMIT_MS = 400_000;
const PAGE = 4096n;
const TOP = 2n ** 64n;
const TIB = 2n ** 40n;
const KERNEL_MAP = 0xffffffff80000000n;
const FOUR = { cpu: 'max,-la57', levels: 4n, kernelStart: TOP - 2n ** 47n, vmallocSize: 32n * TIB, taskSize: 2n ** 47n - PAGE };
const FIVE = { cpu: 'max', levels: 5n, kernelStart: TOP - 2n ** 56n, vmallocSize: 12800n * TIB, taskSize: 2n ** 56n - PAGE };
const MACHINES = [
  { newest: 'linux-image-amd64', ...FOUR, parameters: ['nokaslr', 'slub_debug=FZPU', 'page_poison=1'], kaslr: false },
  { newest: 'linux-image-amd64', ...FIVE, parameters: [], kaslr: true },
  { newest: 'linux-image-6.12-amd64', ...FOUR, parameters: [], kaslr: true },
];
const SEGMENTS = ['fixmap region', 'module region', 'vmalloc region', 'lowmem region'];
/** By descending start; the four of the image stand where its window does. */
const REGIONS = [
  'vsyscall',
  'fixmap',
  'modules',
  'bss',
  'data',
  'rodata',
  'text',
  'kernel image window',
  'EFI',
  'espfix',
  'cpu_entry_area',
  'vmemmap',
  'vmalloc',
  'direct map',
  'LDT remap',
  'guard hole',
];
const SYMBOLS: Record<string, [string, string]> = {
  text: ['_text', '_etext'],
  rodata: ['__start_rodata', '__end_rodata'],
  data: ['_sdata', '_edata'],
  bss: ['__bss_start', '__bss_stop'],
};
const SPLAT = /BUG|WARNING|Oops|Call Trace|general protection|unable to handle|hung task|Redzone|Poison overwritten/;

const why = whyNoGuest();
if (why !== null) process.stderr.write(`procmap: the tests of the module in real kernels are skipped: ${why}\n`);

async function inGuest(
  kernel: Kernel,
  module: BuiltModule,
  task: 'look' | 'all',
  cpu: string,
  parameters: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { status, stdout, stderr } = await runInGuest(['sh', SCRIPT, await busybox(), module.path, task], {
    kernel,
    cpu,
    parameters,
    timeLimitMs: BOOT_LIMIT_MS,
  });
  if (status !== 0) throw new Error(`${SCRIPT} failed in the guest: ${stderr}`);
  return sections(stdout);
}

describe.skipIf(why !== null).each(MACHINES)('the module in $newest, $levels levels', ({ newest, cpu, parameters, kaslr, ...machine }) => {
  let module: BuiltModule;
  let report: ReadonlyMap<string, string>;
  let regions: Range[];
  let runs: Range[];
  let keys: ReadonlyMap<string, bigint>;

  beforeAll(async () => {
    const kernel = await Kernel.fetch(newest);
    const sparse = spawnSync('sparse', ['--version']).error === undefined ? ['C=2'] : [];
    module = await buildModule(kernel, 'W=1', ...sparse);
    report = await inGuest(kernel, module, 'all', cpu, parameters);
    regions = ranges(section('regions'));
    runs = ranges(section('page_tables'));
    keys = values(section('regions'));
  });

  function section(name: string): string {
    const text = report.get(name);
    if (text === undefined) throw new Error(`the guest says nothing of ${name}`);
    return text;
  }

  function region(name: string): Range {
    const found = regions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no region ${name}`);
    return found;
  }

  /** By /proc/kallsyms. */
  function symbol(name: string): bigint {
    const line = lines(section('kallsyms')).find((candidate) => candidate.endsWith(` ${name}`));
    if (line === undefined) throw new Error(`kallsyms has no ${name}`);
    return hex(line.split(' ')[0] ?? '');
  }

  /** By /proc/iomem: the end of the last range of a name. */
  function physicalEnd(name: string): bigint {
    const ends = [...section('iomem').matchAll(new RegExp(`^ *[0-9a-f]+-([0-9a-f]+) : ${name}$`, 'gm'))].map(([, end = '']) => hex(end) + 1n);
    return ends.reduce((highest, end) => (end > highest ? end : highest), 0n);
  }

  it('is built without a warning, and loads', () => {
    expect(module.warnings).toBe('');
    expect(section('insmod')).toBe('status 0\n');
    expect(section('modules')).toMatch(/^procmap /m);
  });

  it('has three files that are for root alone', () => {
    expect(section('modes')).toBe('disp_kernelseg_details 400 0\nkernel_regions 400 0\npage_tables 400 0\n');
    expect(section('unprivileged')).toMatch(/Permission denied\nstatus 1\n$/);
  });

  it('names the regions in well-formed lines by descending address, none of which wraps', () => {
    expect(ranges(section('segments')).map(({ name }) => name)).toEqual(SEGMENTS);
    expect(regions.map(({ name }) => name)).toEqual(REGIONS);
    for (const list of [ranges(section('segments')), regions]) {
      for (const { start, end } of list) expect([start >= machine.kernelStart, end > start, end <= TOP]).toEqual([true, true, true]);
      const starts = list.map(({ start }) => start);
      expect(starts).toEqual(starts.toSorted((a, b) => (a < b ? 1 : -1)));
    }
  });

  it('has regions that do not overlap, but for the image in its window', () => {
    const outer = regions.filter(({ name }) => !(name in SYMBOLS));
    outer.slice(1).forEach((lower, index) => {
      expect([lower.name, lower.end <= (outer[index]?.start ?? 0n)]).toEqual([lower.name, true]);
    });
    const window = region('kernel image window');
    for (const part of Object.keys(SYMBOLS)) expect([part, region(part).start >= window.start, region(part).end <= window.end]).toEqual([part, true, true]);
  });

  it('says the same of a region in both files', () => {
    const [fixmap, modules, vmalloc, lowmem] = ranges(section('segments'));
    expect(fixmap).toMatchObject({ start: region('fixmap').start });
    expect([modules, vmalloc, lowmem].map((range) => [range?.start, range?.end])).toEqual(
      [region('modules'), region('vmalloc'), region('direct map')].map((range) => [range.start, range.end]),
    );
    for (const file of ['segments', 'regions']) {
      expect(values(section(file)).get('PAGE_SIZE')).toBe(PAGE);
      expect(values(section(file)).get('TASK_SIZE')).toBe(machine.taskSize);
    }
  });

  it.each(Object.entries(SYMBOLS))('finds %s where kallsyms has it, to the byte', (name, [first, end]) => {
    expect([region(name).start, region(name).end]).toEqual([symbol(first), symbol(end)]);
  });

  it('finds text, rodata, data and bss with the permissions that they should have', () => {
    expect(['text', 'rodata', 'data', 'bss'].map((name) => region(name).mode)).toEqual(['r-x', 'r--', 'rw-', 'rw-']);
  });

  it('knows the bases as /proc/kcore and the architecture do', () => {
    expect(keys.get('paging_levels')).toBe(machine.levels);
    expect(keys.get('kernel_start')).toBe(machine.kernelStart);
    const loads = lines(section('kcore')).map((line) => line.split(' ').map(hex));
    expect(loads).toContainEqual([keys.get('vmalloc_base'), machine.vmallocSize - 1n]);
    expect(loads.filter(([start]) => start === region('modules').start)).toEqual([[region('modules').start, region('modules').end - region('modules').start]]);
    const size = region('vmalloc').end - region('vmalloc').start;
    expect([region('vmalloc').start, size]).toEqual([keys.get('vmalloc_base'), machine.vmallocSize]);
    const direct = loads.map(([start = 0n]) => start).filter((start) => start >= region('direct map').start && start < region('direct map').end);
    const memory = [...section('iomem').matchAll(/^([0-9a-f]+)-[0-9a-f]+ : System RAM$/gm)].map(
      ([, start = '']) => hex(start) + (keys.get('page_offset_base') ?? 0n),
    );
    expect(direct.length).toBeGreaterThan(1);
    for (const start of direct) expect(memory).toContain(start);
    const vmemmap = loads.filter(([start = 0n]) => start >= region('vmemmap').start && start < region('vmemmap').end);
    for (const [start = 0n, length = 0n] of vmemmap) expect(start + length <= region('vmemmap').end).toBe(true);
    const image = loads.find(([start]) => start === symbol('_text'));
    expect(image).toBeDefined();
  });

  it('ends the direct map where the physical memory ends', () => {
    expect(region('direct map').start).toBe(keys.get('page_offset_base'));
    expect(region('direct map').end - region('direct map').start).toBe(physicalEnd('System RAM'));
    expect(keys.get('high_memory')).toBe(region('direct map').end);
  });

  it(kaslr ? 'follows KASLR' : 'has the documented addresses without KASLR', () => {
    const code = hex(/([0-9a-f]+)-[0-9a-f]+ : Kernel code/.exec(section('iomem'))?.[1] ?? '0');
    // phys_base wraps where the image lies lower in memory than in its window.
    expect(symbol('_text')).toBe(BigInt.asUintN(64, code - (keys.get('phys_base') ?? 0n) + KERNEL_MAP));
    const documented = ['page_offset_base', 'vmalloc_base', 'vmemmap_base', 'phys_base'].map((key) => keys.get(key)?.toString(16));
    if (!kaslr) expect(documented).toEqual(['ffff888000000000', 'ffffc90000000000', 'ffffea0000000000', '0']);
    else expect(['ffff888000000000', 'ff11000000000000']).not.toContain(documented[0]);
    expect([region('vsyscall').start, region('vsyscall').end]).toEqual([0xffffffffff600000n, 0xffffffffff601000n]);
  });

  it('lists the mapped ranges by ascending address, each of whole pages, equal neighbours as one', () => {
    const sizes: Record<string, bigint> = { '4K': PAGE, '2M': 2n ** 21n, '1G': 2n ** 30n, 'not descended': PAGE };
    for (const file of ['page_tables', 'small_reads', 'offset_reads', 'half_read']) {
      const list = ranges(section(file));
      expect(list.length).toBeGreaterThan(50);
      list.forEach((range, index) => {
        const size = sizes[range.name];
        if (size === undefined) throw new Error(`a page of ${range.name}`);
        expect([range.start % size, range.end % size, range.end > range.start, range.mode[0]]).toEqual([0n, 0n, true, 'r']);
        const before = list[index - 1];
        if (before === undefined) return;
        // What is read at different times may have moved in between, but never back.
        expect(before.end <= range.start).toBe(true);
        const equal = before.end === range.start && before.mode === range.mode && before.name === range.name;
        if (file === 'page_tables') expect([range, equal]).toEqual([range, false]);
      });
    }
  });

  it('maps all memory in the direct map, but what the kernel took out', () => {
    const { start, end } = region('direct map');
    const mapped = runs.filter((run) => run.start >= start && run.end <= end).reduce((sum, run) => sum + run.end - run.start, 0n);
    const memory = [...section('iomem').matchAll(/^([0-9a-f]+)-([0-9a-f]+) : System RAM$/gm)].reduce(
      (sum, [, first = '', last = '']) => sum + hex(last) + 1n - hex(first),
      0n,
    );
    expect(Number(mapped)).toBeGreaterThan(Number(memory) * 0.99);
    expect(mapped <= end - start).toBe(true);
  });

  it('finds every mapped range in some region, and gives the regions the modes of their pages', () => {
    for (const run of runs) {
      const home = regions.find(({ start, end, name }) => !(name in SYMBOLS) && start <= run.start && run.end <= end);
      expect([run.start.toString(16), run.end.toString(16), run.mode, home !== undefined]).toEqual([
        run.start.toString(16),
        run.end.toString(16),
        run.mode,
        true,
      ]);
    }
    for (const { start, end, mode, name } of regions) {
      // Of these pages come and go all the time.
      if (name === 'vmalloc' || name === 'direct map' || name === 'modules') continue;
      const modes = runs.filter((run) => run.start < end && run.end > start).map((run) => run.mode);
      expect([name, mode]).toEqual([name, union(modes)]);
    }
    expect([region('guard hole').mode, region('EFI').mode, region('vsyscall').mode]).toEqual(['---', '---', '---']);
    // The direct map too has executable pages: the trampoline by which processors start.
    expect([region('direct map').mode, region('modules').mode]).toEqual(['rwx', 'rwx']);
  });

  it('does not descend into espfix, which is one range', () => {
    expect(runs.filter(({ name }) => name === 'not descended')).toMatchObject([{ end: region('espfix').end, mode: 'r--' }]);
  });

  it('finds no page that is writable and executable, as the kernel says itself', () => {
    expect(section('dmesg')).toContain('Checked W+X mappings: passed');
    expect(runs.filter(({ mode }) => mode === 'rwx')).toEqual([]);
  });

  it('is in use while a file of it is open, is read to its end then, and unloads', () => {
    expect(section('unload')).toBe('while open 1\nwhile the other is open 1\nclosed 0\ngone 0\n');
    const last = runs.at(-1);
    expect(ranges(section('half_read')).at(-1)).toEqual(last);
  });

  it('comes and goes 60 times while others read it, without a word of the kernel', () => {
    expect(section('cycles')).toMatch(/^done 60\nbusy \d+\n0\n$/);
    const said = lines(section('dmesg'));
    const splats = said.slice(said.findIndex((line) => line.includes('procmap: loading out-of-tree'))).filter((line) => SPLAT.test(line));
    expect(splats).toEqual([]);
  });

  // Seen: 5 to 15 ms a read on an emulated machine; the limit is for a very busy one.
  it('leaves no memory behind in 1,000 reads, and takes milliseconds', () => {
    const [before = 0, after = 0] = section('slab').split(' ').map(Number);
    expect(before).toBeGreaterThan(0);
    expect(after - before).toBeLessThan(1500);
    for (const line of lines(section('walk_ms'))) expect(Number(line.split(' ')[1]) / 100).toBeLessThan(500);
  });
});

describe.skipIf(why !== null)('the module in linux-image-amd64 with rodata=off', () => {
  it('finds pages that are writable and executable', async () => {
    const kernel = await Kernel.fetch('linux-image-amd64');
    const report = await inGuest(kernel, await buildModule(kernel), 'look', FOUR.cpu, ['nokaslr', 'rodata=off']);
    const both = ranges(report.get('page_tables') ?? '').filter(({ mode }) => mode === 'rwx');
    const text = ranges(report.get('regions') ?? '').find(({ name }) => name === 'text');
    expect(text?.mode).toBe('rwx');
    expect(both.some(({ start, end }) => start <= (text?.start ?? 0n) && end > (text?.start ?? 0n))).toBe(true);
  });
});
