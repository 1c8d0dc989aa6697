import { beforeAll, expect, it } from 'vitest';
import { describeGuests } from './describe-guests.ts';
import { type ModuleInGuest, runModule } from './lkm-guest.ts';
import { contains, itObeysTheLaws, medianReads } from './lkm-laws.ts';
import { type GuestReport, hex, type Range, union } from './lkm-report.ts';

const PAGE = 4096n;
const TOP = 2n ** 64n;
const TIB = 2n ** 40n;
const KERNEL_MAP = 0xffffffff80000000n;
const FOUR = { levels: 4n, kernelStart: TOP - 2n ** 47n, vmallocSize: 32n * TIB, taskSize: 2n ** 47n - PAGE };
const FIVE = { levels: 5n, kernelStart: TOP - 2n ** 56n, vmallocSize: 12800n * TIB, taskSize: 2n ** 56n - PAGE };
const SEGMENTS = ['fixmap region', 'module region', 'vmalloc region', 'lowmem region'];
/** By descending start; the four of the image are at the place of its window. */
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

describeGuests(['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12', 'amd64-newest'], 'the module in $name', (guest) => {
  const machine = guest.name.endsWith('la57') ? FIVE : FOUR;
  const kaslr = !guest.parameters.includes('nokaslr');
  let seen: ModuleInGuest;
  let report: GuestReport;
  let regions: Range[];
  let runs: Range[];

  beforeAll(async () => {
    // Once, since it takes a minute.
    seen = await runModule(guest, 'all', guest.name === 'amd64-6.12' ? 10 : 1);
    ({ report } = seen);
    ({ regions, runs } = report);
    process.stderr.write(`procmap: ${guest.name}, ${guest.memoryMib} MiB: ${medianReads(report)}\n`);
  });

  itObeysTheLaws(() => seen, machine);

  it('names all regions', () => {
    expect(report.ranges('disp_kernelseg_details').map(({ name }) => name)).toEqual(SEGMENTS);
    expect(regions.map(({ name }) => name)).toEqual(REGIONS);
  });

  it('has regions that do not overlap, but for the image in its window', () => {
    const outer = regions.filter(({ name }) => !(name in SYMBOLS));
    outer.slice(1).forEach((lower, index) => expect([lower.name, lower.end <= (outer[index]?.start ?? 0n)]).toEqual([lower.name, true]));
    const window = report.region('kernel image window');
    for (const part of Object.keys(SYMBOLS)) expect([part, contains(window, report.region(part))]).toEqual([part, true]);
  });

  it('says the same of a region in both files', () => {
    const [fixmap, modules, vmalloc, lowmem] = report.ranges('disp_kernelseg_details');
    expect(fixmap).toMatchObject({ start: report.region('fixmap').start });
    expect([modules, vmalloc, lowmem].map((range) => [range?.start, range?.end])).toEqual(
      ['modules', 'vmalloc', 'direct map'].map(report.region.bind(report)).map((range) => [range.start, range.end]),
    );
  });

  it.each(Object.entries(SYMBOLS))('finds %s where kallsyms has it, to the byte', (name, [first, end]) =>
    expect([report.region(name).start, report.region(name).end]).toEqual([report.symbol(first), report.symbol(end)]),
  );

  it('knows the bases as /proc/kcore and the architecture do', () => {
    expect(report.value('paging_levels')).toBe(machine.levels);
    expect(report.value('kernel_start')).toBe(machine.kernelStart);
    const [vmalloc, modules, direct] = [report.region('vmalloc'), report.region('modules'), report.region('direct map')];
    expect([vmalloc.start, vmalloc.end - vmalloc.start]).toEqual([report.value('vmalloc_base'), machine.vmallocSize]);
    const loads = report.kcoreLoads;
    // kcore's vmalloc is one byte shorter.
    expect(loads).toContainEqual({ start: vmalloc.start, end: vmalloc.end - 1n });
    expect(loads).toContainEqual({ start: modules.start, end: modules.end });
    const homes = [direct, vmalloc, report.region('vmemmap'), modules, report.region('kernel image window')];
    expect(loads.filter((load) => !homes.some((home) => contains(home, load)))).toEqual([]);
    const memory = report.physical('System RAM').map(({ start }) => start + report.value('page_offset_base'));
    const mapped = loads.filter((load) => contains(direct, load));
    expect(mapped.length).toBeGreaterThan(1);
    for (const { start } of mapped) expect(memory).toContain(start);
    expect(loads.map(({ start }) => start)).toContain(report.symbol('_text'));
  });

  it('ends the direct map where the physical memory ends', () => {
    const { start, end } = report.region('direct map');
    expect(start).toBe(report.value('page_offset_base'));
    expect(end - start).toBe(report.memoryEnd);
    expect(report.value('high_memory')).toBe(end);
  });

  it(kaslr ? 'follows KASLR' : 'has the documented addresses without KASLR', () => {
    const code = report.physical('Kernel code')[0]?.start ?? 0n;
    // phys_base wraps if the image is lower in memory than in its window.
    expect(report.symbol('_text')).toBe(BigInt.asUintN(64, code - report.value('phys_base') + KERNEL_MAP));
    const documented = ['page_offset_base', 'vmalloc_base', 'vmemmap_base', 'phys_base'].map((key) => report.value(key).toString(16));
    if (!kaslr) expect(documented).toEqual(['ffff888000000000', 'ffffc90000000000', 'ffffea0000000000', '0']);
    else expect(['ffff888000000000', 'ff11000000000000']).not.toContain(documented[0]);
    expect([report.region('vsyscall').start, report.region('vsyscall').end]).toEqual([hex('ffffffffff600000'), hex('ffffffffff601000')]);
  });

  it('maps all memory in the direct map, but what the kernel took out', () => {
    const direct = report.region('direct map');
    const mapped = runs.filter((run) => contains(direct, run)).reduce((sum, run) => sum + run.end - run.start, 0n);
    const memory = report.physical('System RAM').reduce((sum, { start, end }) => sum + end - start, 0n);
    expect(Number(mapped)).toBeGreaterThan(Number(memory) * 0.99);
    expect(mapped <= direct.end - direct.start).toBe(true);
  });

  it('finds nothing in unmapped places, and in the direct map the trampoline that starts processors', () => {
    expect(['guard hole', 'EFI', 'vsyscall'].map((name) => report.region(name).mode)).toEqual(['---', '---', '---']);
    expect(['direct map', 'modules'].map((name) => report.region(name).mode)).toEqual(['rwx', 'rwx']);
    expect(union([report.region('bss').mode])).toBe('rw-');
  });

  it('does not descend into espfix, which is one range', () =>
    expect(runs.filter(({ name }) => name === 'not descended')).toMatchObject([{ end: report.region('espfix').end, mode: 'r--' }]));

  it.runIf(kaslr && guest.name.endsWith('la57'))('is elsewhere, with its memory, at the next boot', async () => {
    const { report: next } = await runModule(guest, 'look');
    const bases = (each: GuestReport): bigint[] => ['page_offset_base', 'vmalloc_base', 'vmemmap_base'].map((key) => each.value(key));
    // Not the text: the image has only some hundred places, so two boots may use the same.
    expect(bases(next)).not.toEqual(bases(report));
    expect(next.region('text').start).toBe(next.symbol('_text'));
  });
});
