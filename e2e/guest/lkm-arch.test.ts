import { beforeAll, expect, it } from 'vitest';
import { describeGuests } from './describe-guests.ts';
import type { GuestName } from './guests.ts';
import { type ModuleInGuest, runModule } from './lkm-guest.ts';
import { contains, itObeysTheLaws, medianReads } from './lkm-laws.ts';
import type { GuestReport } from './lkm-report.ts';

interface Facts {
  readonly levels: bigint;
  readonly taskSize: bigint;
  readonly kernelStart: bigint;
  /** Start of the direct map, and whether it covers all memory. */
  readonly pageOffset: bigint;
  readonly highmem: boolean;
  readonly segments: readonly string[];
  readonly regions: readonly string[];
  /** Symbols in kallsyms at both ends of text, exact to the byte. */
  readonly text: readonly [string, string];
}

/** Sorted by name, since KASLR decides the order of addresses. */
const FACTS: Partial<Record<GuestName, Facts>> = {
  i386: {
    levels: 3n,
    taskSize: 0xc0000000n,
    kernelStart: 0xc0000000n,
    pageOffset: 0xc0000000n,
    highmem: true,
    segments: ['HIGHMEM region', 'fixmap region', 'lowmem region', 'module region', 'vmalloc region'],
    regions: ['LDT remap', 'bss', 'cpu_entry_area', 'data', 'direct map', 'fixmap', 'kmap', 'modules', 'rodata', 'text', 'vmalloc'],
    text: ['_text', '_etext'],
  },
  arm64: {
    levels: 4n,
    taskSize: 2n ** 48n,
    kernelStart: 2n ** 64n - 2n ** 48n,
    pageOffset: 2n ** 64n - 2n ** 48n,
    highmem: false,
    segments: ['fixmap region', 'lowmem region', 'module region', 'vmalloc region'],
    regions: ['PCI I/O', 'data', 'direct map', 'fixmap', 'modules', 'rodata', 'text', 'vmalloc', 'vmemmap'],
    text: ['_stext', '_etext'],
  },
  armhf: {
    levels: 2n,
    taskSize: 0xbf000000n,
    kernelStart: 0xbf000000n,
    pageOffset: 0xc0000000n,
    highmem: true,
    segments: ['HIGHMEM region', 'fixmap region', 'lowmem region', 'module region', 'vector table', 'vmalloc region'],
    regions: ['data', 'device tree', 'direct map', 'fixmap', 'kmap', 'modules', 'rodata', 'text', 'vector table', 'vmalloc'],
    text: ['_stext', '_etext'],
  },
};

describeGuests(['i386', 'arm64', 'armhf'], 'the module in $name', (guest) => {
  const facts = FACTS[guest.name as GuestName];
  if (facts === undefined) throw new Error(`no facts of ${guest.name}`);
  let seen: ModuleInGuest;
  let report: GuestReport;

  beforeAll(async () => {
    seen = await runModule(guest, 'all');
    ({ report } = seen);
    process.stderr.write(`procmap: ${guest.name}, ${guest.memoryMib} MiB: ${medianReads(report)}\n`);
  });

  itObeysTheLaws(() => seen, facts);

  it('names the regions of its architecture', () => {
    expect(
      report
        .ranges('disp_kernelseg_details')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(facts.segments);
    expect(report.regions.map(({ name }) => name).toSorted()).toEqual(facts.regions);
    expect([report.value('paging_levels'), report.value('kernel_start')]).toEqual([facts.levels, facts.kernelStart]);
  });

  it('finds text where kallsyms has it, to the byte, and rodata behind it', () => {
    const { start, end } = report.region('text');
    expect([start, end]).toEqual(facts.text.map(report.symbol.bind(report)));
    expect(report.region('rodata').start >= end).toBe(true);
    expect(report.region('data').start >= report.region('rodata').end).toBe(true);
  });

  it('has a direct map from its documented start to the end of the memory that it covers', () => {
    const { start, end } = report.region('direct map');
    expect([start, end]).toEqual([facts.pageOffset, report.value('high_memory')]);
    const runs = report.runs.filter((run) => contains({ start, end }, run));
    expect(runs.at(-1)?.end).toBe(end);
    const memory = report.physical('System RAM').reduce((sum, range) => sum + range.end - range.start, 0n);
    const mapped = runs.reduce((sum, run) => sum + run.end - run.start, 0n);
    if (facts.highmem) expect(end - start < memory).toBe(true);
    else expect(Number(mapped)).toBeGreaterThan(Number(memory) * 0.99);
  });

  it('has as much vmalloc as /proc/meminfo says, and modules in their place', () => {
    const vmalloc = report.region('vmalloc');
    expect(vmalloc.end - vmalloc.start).toBe(report.vmallocTotal);
    // With KASLR, the modules of arm64 are near the image.
    const home = guest.name === 'arm64' ? vmalloc : report.region('modules');
    for (const { name, start } of report.modules) expect([name, contains(home, { start, end: start + 1n })]).toEqual([name, true]);
  });

  it.runIf(guest.name === 'arm64')('says where the large regions begin, and what memory the direct map begins with', () => expectBases(report));

  // armhf has no /proc/kcore.
  it.skipIf(guest.name === 'armhf')('has all of /proc/kcore in its regions', () => {
    expect(report.kcoreLoads.length).toBeGreaterThan(1);
    expect(report.kcoreLoads.filter((load) => !report.regions.some((region) => contains(region, load)))).toEqual([]);
  });
});

describeGuests(['arm64-6.12'], '$name, a kernel for more bits than the machine has', (guest) =>
  it('has each region where the machine can have it, apart from the others or in one of them', async () => {
    const { module, report } = await runModule(guest, 'look');
    expect([module.warnings, report.text('insmod')]).toEqual(['', 'status 0\n']);
    const { regions } = report;
    expect(report.value('kernel_start')).toBe(2n ** 64n - 2n ** 48n);
    expectBases(report);
    expect(regions.filter(({ start }) => start < report.value('kernel_start'))).toEqual([]);
    expect(regions.filter((a) => regions.some((b) => a.start < b.start && b.start < a.end && a.end < b.end))).toEqual([]);
    expect(report.kcoreLoads.filter((load) => !regions.some((region) => contains(region, load)))).toEqual([]);
    expect(report.runs.filter((run) => !regions.some((region) => contains(region, run)))).toEqual([]);
  }),
);

/** The reader needs these bases to find RAM in the direct map. */
function expectBases(report: GuestReport): void {
  expect(['page_offset_base', 'vmalloc_base', 'vmemmap_base'].map((key) => report.value(key))).toEqual(
    ['direct map', 'vmalloc', 'vmemmap'].map((name) => report.region(name).start),
  );
  const offset = report.value('page_offset_base') - report.value('memstart_addr');
  const memory = report.physical('System RAM').map(({ start }) => BigInt.asUintN(64, start + offset));
  const mapped = report.kcoreLoads.filter((load) => contains(report.region('direct map'), load));
  expect(mapped.length).toBeGreaterThan(0);
  for (const { start } of mapped) expect(memory).toContain(start);
}
