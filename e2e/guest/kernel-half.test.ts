import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import type { MapAnswer, Region } from '../api/map-answer.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { BUILT } from './cache.ts';
import { describeGuests } from './describe-guests.ts';
import type { Guest } from './guests.ts';
import { GuestReport, type Range } from './lkm-report.ts';
import { type ServedGuest, withServedGuest } from './served-guest.ts';

/** The daemon and the page in real kernels: what they show of the kernel's half, held against what the module and the kernel say there. */
interface KernelAnswer {
  readonly source: string;
  readonly note: string;
  readonly regions: readonly Region[];
  readonly page_tables: readonly { readonly start: string; readonly end: string; readonly perms: string; readonly page_size: number }[] | null;
}

interface Seen {
  readonly kernel: KernelAnswer;
  readonly map: MapAnswer;
  readonly system: { readonly kernel_source: string; readonly kernel_note: string; readonly paging_levels: number };
  /** What the module, or without it only the kernel, says. */
  readonly report: GuestReport;
  readonly log: string;
  readonly page: string;
}

const TOP = 2n ** 64n;

/** `last`: what else to do while the guest is up. */
async function look(guest: Guest, last: (served: ServedGuest) => Promise<void> = () => Promise.resolve()): Promise<Seen> {
  const found: Seen[] = [];
  await withServedGuest(guest, async (served) => {
    const kernel = await served.json<KernelAnswer>('/api/kernel');
    const map = await served.json<MapAnswer>('/api/processes/1/map');
    const system = await served.json<Seen['system']>('/api/system');
    const sections = ['kernel_regions', 'page_tables', 'kallsyms', 'iomem'].map((name) => `=== ${name}\n${served.file(name)}`).join('');
    found.push({ kernel, map, system, report: new GuestReport(sections, 64), log: served.file('log'), page: await pageText(guest, served) });
    await last(served);
  });
  const [seen] = found;
  if (seen === undefined) throw new Error('nothing was seen');
  return seen;
}

/** What the page says, and a picture of it in .cache/guest. */
async function pageText({ name }: Guest, { link, json }: ServedGuest): Promise<string> {
  const processes = await json<{ pid: number; rss_kb: number }[]>('/api/processes');
  const largest = processes.toSorted((a, b) => b.rss_kb - a.rss_kb)[0]?.pid ?? 1;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    page.setDefaultTimeout(60_000);
    await page.goto(`${link}&pid=${largest}`);
    await page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0);
    await page.getByTestId('status').getByText('kernel half:').waitFor();
    const overview = await page.getByTestId('inspector').innerText();
    // For the README: with everything that arrives later.
    await page.getByTestId('process-picker').locator('[data-pid]').first().waitFor();
    await page.locator('[data-figure=pss]').getByText(/[KM]B/).waitFor();
    mkdirSync(BUILT, { recursive: true });
    await page.screenshot({ path: join(BUILT, `page-${name}.png`) });
    // The text of the kernel, wherever KASLR put it; where nothing tells, the last page of all.
    const { regions } = await json<KernelAnswer>('/api/kernel');
    const address = regions.find((region) => region.name === 'text')?.start ?? '0xfffffffffffff000';
    await page.getByTestId('search').fill(address);
    await page.getByTestId('search').press('Enter');
    await page.getByTestId('inspector').and(page.locator('[data-mode=pinned]')).waitFor();
    return `${overview}\n${await page.getByTestId('inspector').innerText()}\n${await page.getByTestId('status').innerText()}`;
  } finally {
    await browser.close();
  }
}

/** The pieces of a region and of what lies in it, as one. */
function whole(regions: readonly Region[], name: string): { readonly start: bigint; readonly end: bigint } | null {
  const pieces = regions.filter((region) => (region.name === name || region.within === name) && region.source !== 'computed');
  const starts = pieces.map(({ start }) => BigInt(start));
  const ends = pieces.map(({ end }) => BigInt(end));
  return pieces.length === 0 ? null : { start: least(starts), end: -least(ends.map((end) => -end)) };
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a < b ? a : b));
}

function expectTiles(regions: readonly Region[]): void {
  let at = TOP;
  for (const { start, end } of regions) {
    expect(BigInt(end)).toBe(at);
    at = BigInt(start);
  }
  expect(at).toBe(0n);
}

/** What only symbols tell; the module names neither RAM nor modules. */
function named({ regions }: KernelAnswer): string[] {
  return [...new Set(regions.filter(({ source, kind }) => source !== 'computed' && kind !== 'module' && kind !== 'System RAM').map(({ name }) => name))];
}

describeGuests(['amd64-6.1', 'amd64-6.1-la57', 'amd64-6.12'], 'the kernel half of $name', (guest) => {
  let seen: Seen;

  beforeAll(async () => {
    seen = await look(guest);
  });

  it('is told by the module, and the log, the API and the page say so', () => {
    expect(seen.system).toMatchObject({ kernel_source: 'lkm', kernel_note: "read from procmap's kernel module", paging_levels: guest.cpu === 'max' ? 5 : 4 });
    expect(seen.log).toContain("kernel half: read from procmap's kernel module");
    expect(seen.page).toContain('kernel half: kernel module');
    expect(seen.page).toMatch(/Kernel text\. Machine code of the kernel itself\./);
    expect(seen.page).toContain('kernel module of procmap');
  });

  it('has exactly the regions of the module, to the byte', () => {
    for (const region of seen.report.regions) {
      expect([region.name, whole(seen.kernel.regions, region.name)]).toEqual([region.name, { start: region.start, end: region.end }]);
    }
    expect(named(seen.kernel).sort()).toEqual(seen.report.regions.map(({ name }) => name).sort());
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
    const key = ({ start, end, name, within }: Region): string => `${start} ${end} ${name} ${within}`;
    // Modules come and go in no guest meanwhile; [vsyscall] is the process's own, where it has one.
    expect(ofKernel.map(key).filter((each) => !each.includes('vsyscall'))).toEqual(seen.kernel.regions.map(key).filter((each) => !each.includes('vsyscall')));
    expect(seen.map.task_size).toBe(guest.cpu === 'max' ? '0xfffffffffff000' : '0x7ffffffff000');
  });

  it('names the loaded modules, and the RAM of the direct map', () => {
    const modules = seen.kernel.regions.filter(({ kind }) => kind === 'module');
    expect(modules.map(({ name }) => name)).toEqual(expect.arrayContaining(['procmap', '9p', 'virtio_net']));
    for (const { within } of modules) expect(within).toBe('modules');
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
    // Elsewhere pages come and go between two reads.
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

describeGuests(['amd64-rodata-off'], 'the kernel half of $name', (guest) => {
  it('raises the alarm on the page: pages that are writable and executable', async () => {
    const seen = await look(guest);
    const bytes = (seen.kernel.page_tables ?? []).filter(({ perms }) => perms === 'rwx').reduce((sum, { start, end }) => sum + BigInt(end) - BigInt(start), 0n);
    expect(bytes).toBeGreaterThan(0n);
    expect(seen.page).toMatch(/\d+(\.\d+)? MB\s+of the kernel writable and executable/);
    expect(seen.page).toContain('writable code');
  });
});

describe('without the module', () => {
  const none: readonly Range[] = [];

  describeGuests(['amd64-lockdown-integrity', 'amd64-lockdown-confidentiality'], 'the kernel half of $name', (guest) => {
    let seen: Seen;

    beforeAll(async () => {
      seen = await look(guest);
    });

    it('is told by the next source, which is named with why', () => {
      const source = guest.name.endsWith('integrity') ? 'kcore' : 'inferred';
      expect(seen.report.lines('kernel_regions')).toEqual(none);
      expect(seen.system.kernel_source).toBe(source);
      expect(seen.system.kernel_note).toMatch(/lockdown|locked down/);
      expect(seen.log).toContain(`"source":"${source}"`);
      expect(seen.page).toContain(`kernel half: ${source === 'kcore' ? '/proc/kcore' : 'inferred'}`);
    });

    it('is right where it is drawn, and nothing of it is zero', () => {
      expectTiles(seen.map.regions);
      expect(whole(seen.kernel.regions, 'text')).toEqual({ start: seen.report.symbol('_text'), end: seen.report.symbol('_etext') });
      for (const { start, perms, source } of seen.kernel.regions) {
        expect(BigInt(start)).toBeGreaterThanOrEqual(0xffff800000000000n);
        if (source !== 'computed') expect(perms).toBeNull();
      }
      expect(seen.kernel.page_tables).toBeNull();
      expect(named(seen.kernel)).toEqual(expect.arrayContaining(['guard hole', 'cpu_entry_area', 'espfix', 'text', 'rodata']));
      // Where KASLR put these only kcore tells.
      expect(named(seen.kernel).includes('direct map')).toBe(guest.name.endsWith('integrity'));
    });
  });
});

describeGuests(['amd64-kptr-restrict'], 'the kernel half of $name', (guest) => {
  let seen: Seen;
  let after: KernelAnswer;

  beforeAll(async () => {
    seen = await look(guest, async ({ unload, json }) => {
      await unload();
      after = await json<KernelAnswer>('/api/kernel');
    });
  });

  it('is told by the module, whatever is hidden elsewhere', () => {
    expect(seen.report.symbol('_text')).toBe(0n);
    expect(seen.system.kernel_source).toBe('lkm');
    expect(whole(seen.kernel.regions, 'text')?.start).toBe(seen.report.region('text').start);
    expect(seen.system.kernel_note).toContain('kptr_restrict=2');
    expect(seen.page).toContain('kptr_restrict=2');
    expect(seen.kernel.regions.filter(({ kind }) => kind === 'module')).toEqual([]);
  });

  it('is told by /proc/kcore as soon as the module is gone, in the same places, and nothing of it is zero', () => {
    expect([after.source, after.page_tables]).toEqual(['kcore', null]);
    expect(after.note).toContain('kptr_restrict=2');
    for (const name of ['text', 'direct map', 'vmalloc', 'vmemmap', 'modules'])
      expect([name, whole(after.regions, name)]).toEqual([name, whole(seen.kernel.regions, name)]);
    for (const { start } of after.regions) expect(BigInt(start)).toBeGreaterThanOrEqual(0xffff800000000000n);
  });
});
