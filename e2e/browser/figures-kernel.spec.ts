import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { formatBytes, formatPages, formatPercent } from '@procmap/shared/units.ts';
import { halt } from '../halt.ts';
import { fileOfProcess, kbOf, kernelMapping, kernelMappings, kernelSums } from '../kernel-figures.ts';
import { expect, test } from './test.ts';
import type { Visit } from './visit.ts';

/** Every figure of an idle process equals the kernel's, on a live and on a paused page. */

// The daemon leaves the process alone for a while after each read.
test.use({ tolerated: /status of 503/ });

const folder = mkdtempSync(join(tmpdir(), 'procmap-figures-page-'));
test.afterAll(() => rmSync(folder, { recursive: true }));

const bytesOf = (kb: number | null | undefined): string => formatBytes((kb ?? NaN) * 1024);

const textOf = (visit: Visit, id: string, part: string): Promise<string> => visit.figure(id).locator(`.${part}`).innerText();

/** Exact KB from the title of a line. */
async function exactKb(line: Locator): Promise<number> {
  return Number(/([\d,]+) KB/.exec((await line.getAttribute('title')) ?? '')?.[1]?.replaceAll(',', ''));
}

/** Mapped sizes by part in KB, from the rows of smaps. */
function partsOf(pid: number): Record<string, number> {
  const parts = { reserved: 0, untouched: 0, 'in-memory': 0, swapped: 0, untold: 0 };
  for (const { start, end, perms, block } of kernelMappings(pid)) {
    // Without [vsyscall], which the kernel maps for every process.
    if (start >= 1n << 63n) continue;
    const [inMemory, swapped] = [
      ['Rss', 'Private_Hugetlb', 'Shared_Hugetlb'].reduce((sum, label) => sum + (kbOf(block, label) ?? NaN), 0),
      kbOf(block, 'Swap') ?? NaN,
    ];
    parts['in-memory'] += inMemory;
    parts.swapped += swapped;
    parts[perms.startsWith('---') ? 'reserved' : 'untouched'] += Number((end - start) / 1024n) - inMemory - swapped;
  }
  return parts;
}

async function expectStatistics(visit: Visit, pid: number): Promise<void> {
  const sums = kernelSums(pid);
  const lines = { vsz: sums.vsz, rss: sums.rss, hugetlb: sums.hugetlb, 'smem-rss': sums.smemRss, pss: sums.pss, uss: sums.uss, swap: sums.swap };
  const all = { ...lines, 'in-memory': sums.inMemory };
  for (const [id, kb] of Object.entries(all)) {
    expect([id, await textOf(visit, id, 'value'), await exactKb(visit.figure(id))]).toEqual([id, bytesOf(kb), kb]);
  }
  for (const [id, kb] of Object.entries(partsOf(pid))) {
    const line = `vsz-${id}`;
    expect([id, await textOf(visit, line, 'value'), await textOf(visit, line, 'share')]).toEqual([id, bytesOf(kb), formatPercent(kb, sums.vsz ?? NaN)]);
  }
}

async function expectSums(page: Page, pid: number): Promise<void> {
  const mappings = kernelMappings(pid);
  const smaps = fileOfProcess(pid, 'smaps');
  const footer = page.getByTestId('table-footer');
  const item = async (name: string): Promise<string> => (await footer.locator(`[data-item=${name}]`).innerText()).trim();
  const mappedPages = mappings.filter(({ start }) => start < 1n << 63n).reduce((sum, { start, end }) => sum + Number((end - start) / 4096n), 0);
  expect([await item('rss'), await item('pss'), await item('mapped')]).toEqual([
    `RSS ${bytesOf(kbOf(smaps, 'Rss'))}`,
    `PSS ${bytesOf(kbOf(smaps, 'Pss'))}`,
    `${formatPages(mappedPages)} mapped`,
  ]);
}

/** Each line names its field of smaps; fields without a line must be 0. */
async function expectMapping(visit: Visit, pid: number, start: bigint): Promise<void> {
  const { end, block } = kernelMapping(pid, start);
  const lines = await visit.page
    .getByTestId('region-figures')
    .locator('[data-figure^=smaps-]')
    .evaluateAll((elements) => elements.map((each) => [each.getAttribute('title') ?? '', each.querySelector('.value')?.textContent ?? '']));
  expect(lines.length).toBeGreaterThanOrEqual(3);
  const shown = new Set<string>();
  for (const [title = '', value] of lines) {
    const [, exact = '', words = ''] = /([\d,]+) KB, (.*) of \/proc\/PID\/smaps$/.exec(title) ?? [];
    const labels = words.split(/, | and /);
    const kb = labels.reduce((sum, label) => sum + (kbOf(block, label) ?? NaN), 0);
    expect([title, Number(exact.replaceAll(',', '')), value]).toEqual([title, kb, bytesOf(kb)]);
    for (const label of labels) shown.add(label);
  }
  for (const label of ['Private_Dirty', 'Private_Clean', 'Shared_Dirty', 'Shared_Clean', 'Anonymous', 'Referenced', 'LazyFree', 'Locked'])
    if (!shown.has(label)) expect([label, kbOf(block, label)]).toEqual([label, 0]);
  const share = formatPercent(kbOf(block, 'Rss') ?? NaN, Number((end - start) / 1024n));
  expect(await textOf(visit, 'smaps-in-memory', 'share')).toBe(share);
}

test('figures are the kernel’s own, live and paused', async ({ visit, start, page }) => {
  // All of it twice.
  test.slow();
  const assorted = await start('assorted', folder);
  const { pid } = assorted;
  await halt(pid);
  const chosen = ['forked', 'written', 'view', 'reserved'].map((name) => assorted.mappings.find((each) => each.name === name)?.start ?? 0);
  await visit.open(pid);
  await page.getByTestId('breakdown').getByRole('button', { name: 'Read figures' }).click();
  await expect(page.getByTestId('read-figures')).toContainText('Read at');

  const all = async (): Promise<void> => {
    // How much of the vDSO is its own share changes with each process that begins or ends.
    await expect(() => expectStatistics(visit, pid)).toPass();
    await page.getByTestId('table-toggle').click();
    await expect(() => expectSums(page, pid)).toPass();
    await page.getByTestId('table-toggle').click();
    for (const address of chosen) {
      await visit.goTo(address);
      await expect(() => expectMapping(visit, pid, BigInt(address))).toPass();
    }
    await visit.picture.canvas.focus();
    await page.keyboard.press('Escape');
  };
  await all();
  await visit.live.click();
  await page.getByRole('button', { name: 'Read map and figures' }).click();
  await expect(page.getByRole('button', { name: 'Read map and figures' })).toBeEnabled();
  await all();
});
