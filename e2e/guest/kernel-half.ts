import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { expect } from 'vitest';
import type { RegionJson } from '@procmap/shared/output/map-json.ts';
import type { MapAnswer } from '../api/map-answer.ts';
import { BUILT } from './image/cache.ts';
import type { Guest } from './guests.ts';
import { GuestReport } from './lkm-report.ts';
import { type ServedGuest, withServedGuest } from './served-guest.ts';

/** Answers of the daemon under a real kernel. */
export interface KernelAnswer {
  readonly source: string;
  readonly note: string;
  readonly regions: readonly RegionJson[];
  readonly page_tables: readonly { readonly start: string; readonly end: string; readonly perms: string; readonly page_size: number }[] | null;
}

export interface Seen {
  readonly kernel: KernelAnswer;
  readonly map: MapAnswer;
  readonly system: { readonly kernel_source: string; readonly kernel_note: string; readonly paging_levels: number };
  /** The module's files or, without it, only the kernel's. */
  readonly report: GuestReport;
  readonly log: string;
  readonly page: string;
}

const TOP = 2n ** 64n;

/**
 * Boots a guest and looks at its kernel half through the API, the page, and the files of module and kernel. `last`:
 * additional work while the guest is up.
 */
export async function look(guest: Guest, last: (served: ServedGuest) => Promise<void> = () => Promise.resolve()): Promise<Seen> {
  const found: Seen[] = [];
  await withServedGuest(guest, async (served) => {
    const kernel = await served.json<KernelAnswer>('/api/kernel');
    const map = await served.json<MapAnswer>('/api/processes/1/map');
    const system = await served.json<Seen['system']>('/api/system');
    const report = new GuestReport(served.file('report'), 64);
    found.push({ kernel, map, system, report, log: served.file('log'), page: await pageText(guest, served) });
    await last(served);
  });
  const [seen] = found;
  if (seen === undefined) throw new Error('nothing was seen');
  return seen;
}

/** Text of the page; also saves a picture in .cache/guest. */
async function pageText({ name }: Guest, { link, json }: ServedGuest): Promise<string> {
  const processes = await json<{ pid: number; rss_kb: number }[]>('/api/processes');
  const largest = processes.toSorted((a, b) => b.rss_kb - a.rss_kb)[0]?.pid ?? 1;
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    // Seen: 8 s here, beside other tests on two cores. The guest takes many times as long.
    page.setDefaultTimeout(180_000);
    await page.goto(`${link}&pid=${largest}`);
    await page.waitForFunction(() => (window.procmapDiagram?.view.lastPage ?? 0) > 0);
    await page.getByTestId('status').getByText('kernel half:').waitFor();
    const overview = await page.getByTestId('inspector').innerText();
    // For the README: waits for everything that arrives later.
    await page.getByTestId('process-picker').locator('[data-pid]').first().waitFor();
    await page.locator('[data-figure=pss]').getByText(/[KM]B/).waitFor();
    mkdirSync(BUILT, { recursive: true });
    await page.screenshot({ path: join(BUILT, `page-${name}.png`) });
    // The kernel's code, wherever KASLR put it; if that is unknown, the last page of all.
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

/** Joins the pieces of a region and of the regions within it. */
export function whole(regions: readonly RegionJson[], name: string): { readonly start: bigint; readonly end: bigint } | null {
  const pieces = regions.filter((region) => (region.name === name || region.within === name) && region.source !== 'computed');
  const starts = pieces.map(({ start }) => BigInt(start));
  const ends = pieces.map(({ end }) => BigInt(end));
  return pieces.length === 0 ? null : { start: least(starts), end: -least(ends.map((end) => -end)) };
}

function least(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => (a < b ? a : b));
}

export function expectTiles(regions: readonly RegionJson[]): void {
  let at = TOP;
  for (const { start, end } of regions) {
    expect(BigInt(end)).toBe(at);
    at = BigInt(start);
  }
  expect(at).toBe(0n);
}

/** Regions that only symbols reveal; the module names neither RAM nor modules. */
export function named({ regions }: KernelAnswer): string[] {
  return [...new Set(regions.filter(({ source, kind }) => source !== 'computed' && kind !== 'module' && kind !== 'System RAM').map(({ name }) => name))];
}
