import { beforeAll, expect, it } from 'vitest';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import { describeGuests } from './describe-guests.ts';
import { expectTiles, look, named, type Seen, whole } from './kernel-half.ts';

// The daemon and the page in real kernels: their kernel half is compared with the data of the module and the kernel.

describeGuests(['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12', 'amd64-newest'], 'the kernel half of $name', (guest) => {
  let seen: Seen;

  beforeAll(async () => {
    seen = await look(guest);
  });

  it('comes from the module, as the log, the API and the page say', () => {
    expect(seen.system).toMatchObject({ kernel_source: 'lkm', kernel_note: "read from procmap's kernel module", paging_levels: guest.cpu === 'max' ? 5 : 4 });
    expect(seen.log).toContain("kernel half: read from procmap's kernel module");
    expect(seen.page).toContain('kernel half: kernel module');
    expect(seen.page).toMatch(/Kernel text\. Machine code of the kernel itself\./);
    expect(seen.page).toContain('kernel module of procmap');
  });

  it('has exactly the regions of the module, to the byte', () => {
    // Debian's kernels have no such page, but the module names its place all the same.
    const regions = seen.report.regions.filter(({ name }) => name !== 'vsyscall');
    for (const region of regions) {
      expect([region.name, whole(seen.kernel.regions, region.name)]).toEqual([region.name, { start: region.start, end: region.end }]);
    }
    expect(named(seen.kernel).sort()).toEqual(regions.map(({ name }) => name).sort());
  });

  it('has text, rodata, data and bss where kallsyms has them', () => {
    for (const [name, first, end] of [
      ['text', '_text', '_etext'],
      ['rodata', '__start_rodata', '__end_rodata'],
      ['data', '_sdata', '_edata'],
      ['bss', '__bss_start', '__bss_stop'],
    ] as const)
      expect(whole(seen.kernel.regions, name)).toEqual({ start: seen.report.symbol(first), end: seen.report.symbol(end) });
  });

  it('is in the map of a process, which tiles 2^64', () => {
    expectTiles(seen.map.regions);
    const ofKernel = seen.map.regions.filter(({ space, source }) => space === 'kernel' && source !== 'maps');
    const key = ({ start, end, name, within }: RegionJson): string => `${start} ${end} ${name} ${within}`;
    // No module comes or goes in a guest meanwhile. [vsyscall], if present, belongs to the process.
    expect(ofKernel.map(key).filter((each) => !each.includes('vsyscall'))).toEqual(seen.kernel.regions.map(key).filter((each) => !each.includes('vsyscall')));
    expect(seen.map.task_size).toBe(guest.cpu === 'max' ? '0xfffffffffff000' : '0x7ffffffff000');
  });

  it('names the loaded modules', () => {
    const modules = seen.kernel.regions.filter(({ kind }) => kind === 'module');
    for (const { within } of modules) expect(within).toBe('modules');
    if (/^amd64-6\.1(-|$)/.test(guest.name)) {
      expect(modules.map(({ name }) => name)).toEqual(expect.arrayContaining(['procmap', '9p', 'virtio_net']));
      return;
    }
    expect(seen.report.modules.map(({ name }) => name)).toEqual(expect.arrayContaining(['procmap', '9p', 'virtio_net']));
    for (const { name, start, sizeBytes } of seen.report.modules) {
      const areas = modules.filter((region) => [`${name} text`, `${name} rodata`, `${name} data`].includes(region.name));
      expect(areas.find((area) => area.name === `${name} text`)?.start).toBe(hex(start));
      expect([name, areas.reduce((sum, area) => sum + BigInt(area.end) - BigInt(area.start), 0n)]).toEqual([name, sizeBytes]);
      for (const area of areas)
        expect([area.name, area.perms]).toEqual([area.name, { text: 'r-x', rodata: 'r--', data: 'rw-' }[area.name.slice(name.length + 1)]]);
      const inside = (address: bigint): string => areas.find((area) => BigInt(area.start) <= address && address < BigInt(area.end))?.name ?? 'none';
      const sections = seen.report.sectionsOf(name);
      for (const [section, area] of Object.entries({ '.text': 'text', '.orc_unwind_ip': 'rodata', '.gnu.linkonce.this_module': 'data' }))
        expect([section, inside(sections.get(section) ?? 0n)]).toEqual([section, `${name} ${area}`]);
      expect([...sections].filter(([, address]) => inside(address) === 'none')).toEqual([]);
    }
  });

  it('names the RAM of the direct map', () => {
    const ram = seen.kernel.regions.filter(({ kind }) => kind === 'System RAM');
    const base = seen.report.value('page_offset_base');
    const top = seen.report.physical('System RAM').map(({ start, end }) => [start + base, end + base]);
    expect(ram.map(({ start, end }) => [BigInt(start), BigInt(end)]).reverse()).toEqual(joined(top));
  });

  it('has the page tables as the module walked them, and no page that is writable and executable', () => {
    const tables = (seen.kernel.page_tables ?? []).map(({ start, end, perms, page_size: size }) => `${start} ${end} ${perms} ${size}`);
    const image = seen.report.region('kernel image window');
    const sizes: Record<string, number> = { '4K': 4096, '2M': 2 ** 21, '1G': 2 ** 30, 'not descended': 0 };
    const walked = seen.report.runs.filter(({ start }) => start >= image.start && start < image.end);
    expect(walked.length).toBeGreaterThan(3);
    // In other regions pages come and go between two reads.
    for (const { start, end, mode, name } of walked) expect(tables).toContain(`${hex(start)} ${hex(end)} ${mode} ${sizes[name]}`);
    expect(tables.filter((line) => line.includes(' rwx '))).toEqual([]);
    expect(seen.page).not.toContain('of the kernel writable and executable');
  });
});

function hex(address: bigint): string {
  return `0x${address.toString(16).padStart(16, '0')}`;
}

function joined(spans: readonly (readonly bigint[])[]): bigint[][] {
  const result: bigint[][] = [];
  for (const [start = 0n, end = 0n] of spans) {
    const last = result.at(-1);
    if (last?.[1] === start) last[1] = end;
    else result.push([start, end]);
  }
  return result;
}
