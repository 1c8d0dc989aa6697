import type { Locator, Page } from '@playwright/test';
import { formatBytes } from '@procmap/shared/units.ts';
import type { Fixture } from '../fixtures/fixture.ts';
import { audit } from './audit.ts';
import { expect, test } from './test.ts';
import { hex, type Visit } from './visit.ts';

/** Figures beside a map that has changed since they were read: unknown ones are shown as unknown, never as 0. */

test.use({ tolerated: /status of 503/ });

const LIVE = /^Read (figures|again)$/;

function startOf(growing: Fixture): number {
  return growing.mappings[0]?.start ?? 0;
}

async function read(page: Page, name: RegExp | string = LIVE): Promise<void> {
  await page.getByRole('button', { name }).first().click();
  await expect(page.getByTestId('read-figures').first()).toContainText('Read at');
}

/** A cell of the row that begins at an address. */
function cell(page: Page, start: number, column: string): Locator {
  return page
    .getByTestId('table-row')
    .filter({ has: page.locator('[data-column=start]', { hasText: hex(start).slice(2) }) })
    .locator(`[data-column=${column}]`);
}

async function selected(visit: Visit, growing: Fixture): Promise<Locator> {
  await visit.open(growing.pid);
  await visit.goTo(startOf(growing));
  return visit.page.getByTestId('region-figures');
}

test('of a mapping that has grown are at least those that were read', { tag: '@main' }, async ({ visit, start, page }) => {
  const growing = await start('growing');
  const section = await selected(visit, growing);
  const rss = section.locator('[data-figure=smaps-in-memory] .value');
  await read(page);
  await expect(rss).toHaveText('256 KB');
  await expect(page.getByTestId('figures-changed')).toHaveCount(0);

  await growing.command('grow 100');
  await expect(rss).toHaveText('≥ 256 KB');
  await expect(section.getByTestId('figures-remark')).toHaveText('The figures cover 256 KB of its 656 KB: it changed between the two reads.');
  await expect(section.getByTestId('figures-changed')).toContainText('One mapping has changed since');
  await expect(section.locator('[data-figure=smaps-swap] .value')).toHaveText('–');
  // Long enough that the age is shown.
  await expect(section.getByTestId('read-figures')).toContainText(/\(\d+ s before this map\)/, { timeout: 10_000 });

  // The search only finds what is known for certain.
  for (const [query, verdict] of [
    ['kind:heap rss>=256K', /^1/],
    ['kind:heap rss<1M', /^1/],
    ['kind:heap rss<300K', 'no match'],
    ['kind:heap rss=0', 'no match'],
    ['kind:heap resident<50%', 'no match'],
  ] as const) {
    await visit.search.fill(query);
    await expect(visit.verdict, query).toHaveText(verdict);
  }
  await visit.search.fill('kind:heap');
  await visit.search.press('Escape');
  await visit.search.fill('kind:heap');
  await page.getByTestId('table-toggle').click();
  await expect(cell(page, startOf(growing), 'rss')).toHaveText('≥ 256 KB');
  const footer = page.getByTestId('table-footer');
  await expect(footer.locator('[data-item=rss]')).toHaveText('RSS ≥ 256 KB');
  await expect(footer.locator('[data-item=read-at]')).toHaveText(/^as of \d\d:\d\d:\d\d$/);
  await page.getByRole('radio', { name: 'Kinds' }).click();
  await expect(page.getByTestId('table-group').locator('[data-sum=rss]')).toHaveText('RSS ≥ 256 KB');
  expect(await audit(page)).toEqual([]);

  // A row's figure that now spans several mappings is not known for any of them.
  await growing.command('split');
  await expect(page.getByTestId('table-group').locator('[data-sum=rss]')).toHaveText('RSS –');
  await expect(footer.locator('[data-item=rss]')).toHaveText('RSS –');
  await page.getByRole('radio', { name: 'Rows' }).click();
  await expect(cell(page, startOf(growing), 'rss')).toHaveText('–');
  await visit.search.fill('');
  await expect(footer.locator('[data-item=rss]')).toHaveText(/^RSS ≥ [1-9]/);
  await read(page);
  await expect(cell(page, startOf(growing), 'rss')).toHaveText('4 KB');
  await expect(footer.locator('[data-item=rss]')).toHaveText(/^RSS [1-9]/);
});

test('do not apply to another mapping in the same place', async ({ visit, start, page }) => {
  const growing = await start('growing');
  const section = await selected(visit, growing);
  await read(page);
  await expect(section.locator('[data-figure=smaps-in-memory] .value')).toHaveText('256 KB');
  await growing.command('reserve');
  await visit.goTo(startOf(growing));
  await expect(visit.fact('perms')).toHaveText('---p');
  await expect(section.getByTestId('figures-remark')).toContainText('No figures');
  await expect(section.locator('[data-figure=smaps-in-memory]')).toHaveCount(0);
  await visit.search.fill('perm:none rss>0');
  await expect(visit.verdict).toHaveText('no match');
});

test('do not apply to a file mapped over the old memory, with the same permissions and flags', async ({ visit, start, page }) => {
  const growing = await start('growing');
  const section = await selected(visit, growing);
  await read(page);
  await expect(section.locator('[data-figure=smaps-in-memory] .value')).toHaveText('256 KB');
  await growing.command('replace');
  await visit.goTo(startOf(growing));
  await expect(visit.title).toHaveText('/memfd:other (deleted)');
  await expect(visit.fact('perms')).toHaveText('rw-p');
  await expect(section.getByTestId('figures-remark')).toContainText('No figures');
  await read(page);
  await expect(section.locator('[data-figure=smaps-in-memory] .value')).toHaveText('0 B');
});

test('are coloured as far as they are known', async ({ visit, start, page }) => {
  const growing = await start('growing');
  await visit.open(growing.pid);
  const legend = page.getByTestId('legend');
  const row = (id: string): Locator => legend.locator(`[data-class=resident-${id}]`);
  await visit.choose('Colour', 'By residency');
  await expect(legend.getByTestId('read-figures')).toContainText('Read at');
  await visit.search.fill('kind:heap resident=100%');
  await expect(visit.verdict).toHaveText(/^1/);
  await visit.search.fill('');
  await growing.command('grow 3000');
  await expect(row('unknown')).toBeVisible();
  // A fiftieth of it is known to be in memory; the rest is unknown.
  for (const query of ['kind:heap resident<50%', 'kind:heap resident>50%']) {
    await visit.search.fill(query);
    await expect(visit.verdict, query).toHaveText('no match');
  }
  await visit.search.fill('');
  await page.getByRole('button', { name: LIVE }).click();
  await visit.search.fill('kind:heap resident=100%');
  await expect(visit.verdict).toHaveText(/^1/);
});

test('are of the moment of the map where the page is paused', { tag: '@main' }, async ({ visit, start, page }) => {
  const growing = await start('growing');
  const section = await selected(visit, growing);
  const rss = section.locator('[data-figure=smaps-in-memory] .value');
  await read(page);
  await expect(rss).toHaveText('256 KB');
  // Slowly enough for a busy machine to read both between two steps.
  await growing.command('steadily 400');
  await expect(rss).toHaveText('≥ 256 KB');
  await visit.live.click();
  // All pages of the heap are in memory.
  const whole = async (): Promise<void> => {
    await expect(async () => {
      const size = await visit.fact('size').innerText();
      expect(size).toContain(await rss.innerText());
      expect(await rss.innerText()).not.toContain('≥');
    }).toPass();
    await expect(page.getByTestId('figures-changed')).toHaveCount(0);
  };
  await whole();
  const before = await rss.innerText();
  expect(before).not.toBe(formatBytes(256 * 1024));
  await page.waitForTimeout(1500);
  expect(await rss.innerText()).toBe(before);
  await page.getByRole('button', { name: 'Read map and figures' }).click();
  await expect(rss).not.toHaveText(before);
  await whole();
});

test('belong to the moment of the pause even if they were being read then', async ({ visit, start, page }) => {
  const growing = await start('growing');
  const section = await selected(visit, growing);
  const rss = section.locator('[data-figure=smaps-in-memory] .value');
  await read(page);
  await growing.command('steadily 150');
  // Delayed until the map has grown.
  await page.route(
    '**/smaps',
    async (route) => {
      await visit.live.click();
      await page.waitForTimeout(1500);
      await route.continue();
    },
    { times: 1 },
  );
  await page.getByRole('button', { name: LIVE }).click();
  await expect(visit.live).toHaveAccessibleName('Paused: resume');
  await expect(page.getByRole('button', { name: 'Read map and figures' })).toBeEnabled();
  await expect(page.getByTestId('figures-changed')).toHaveCount(0);
  await expect(rss).not.toContainText('≥');
  expect(await visit.fact('size').innerText()).toContain(await rss.innerText());
});
