import type { Fixture } from '../fixtures/fixture.ts';
import { moreHugePages } from '../fixtures/huge-pages.ts';
import { kbOf, kernelMapping } from '../kernel-figures.ts';
import { audit } from './audit.ts';
import { expect, test } from './test.ts';
import type { Visit } from './visit.ts';

/** A figure of the mapping at `start`, in KB, from /proc/PID/smaps. */
function smaps(pid: number, start: number, label: string): number | null {
  return kbOf(kernelMapping(pid, BigInt(start)).block, label);
}

function anonOf(fixture: Fixture): number {
  return fixture.mappings.find(({ name }) => name === 'anon')?.start ?? 0;
}

// The browser reports refused reads on the console, and these tests read pixels.
test.use({ tolerated: /status of 503|willReadFrequently/ });

async function read(visit: Visit): Promise<void> {
  await visit.page.getByRole('button', { name: /^Read (figures|again)$/ }).click();
}

test('shows the memory of the selection on request', async ({ visit, start }) => {
  const touched = await start('touched', '/proc/self/exe');
  const { page } = visit;
  const anon = anonOf(touched);
  await visit.open(touched.pid);
  await visit.goTo(anon);
  const section = page.getByTestId('region-figures');
  // Nothing has been read yet.
  await expect(section.locator('[data-figure]')).toHaveCount(0);
  await read(visit);
  const value = (id: string) => section.locator(`[data-figure=smaps-${id}] .value`);
  await expect(value('in-memory')).toHaveText(`${smaps(touched.pid, anon, 'Rss')} KB`);
  await expect(value('pss')).toHaveText(`${smaps(touched.pid, anon, 'Pss')} KB`);
  await expect(value('privateDirty')).toHaveText(`${smaps(touched.pid, anon, 'Private_Dirty')} KB`);
  await expect(value('swap')).toHaveText('0 B');
  await expect(section.locator('[data-figure=smaps-locked]')).toHaveCount(0);
  await expect(section.getByTestId('read-figures')).toContainText(/Read at .*: [0-9,]+ mappings, [0-9]+ ms/);
  await section.getByRole('button', { name: 'VmFlags' }).click();
  await expect(page.getByTestId('vm-flags')).toContainText('advised: no transparent huge pages');
  // The figures of all mappings serve the search, the table and the colours.
  await visit.search.fill('rss>0');
  await expect(visit.verdict).toHaveText(/^[1-9]/);
  await page.keyboard.press('Escape');
  await visit.picture.canvas.focus();
  await page.keyboard.press('t');
  await expect(page.getByTestId('table').getByRole('columnheader', { name: /RSS/ })).toBeVisible();
});

test('puts the sums of groups below one another', async ({ visit, start, page }) => {
  const touched = await start('touched', '/proc/self/exe');
  await visit.open(touched.pid);
  await visit.goTo(anonOf(touched));
  await read(visit);
  await visit.picture.canvas.focus();
  await page.keyboard.press('t');
  await page.getByRole('radio', { name: 'Kinds' }).click();
  for (const sum of ['mapped', 'rss']) {
    const cells = page
      .getByTestId('table-group')
      .filter({ has: page.locator('[data-sum=rss]:not(:empty)') })
      .locator(`[data-sum=${sum}]`);
    const texts = await cells.allTextContents();
    expect(new Set(texts.map(({ length }) => length)).size, texts.join(', ')).toBeGreaterThan(1);
    const edges = await cells.evaluateAll((all) => all.map((cell) => Math.round(cell.getBoundingClientRect().right)));
    expect(new Set(edges).size, edges.join(' ')).toBe(1);
  }
});

test('sums up swap in each group and over all rows', async ({ visit, start, page }) => {
  const touched = await start('touched', '/proc/self/exe');
  await page.setViewportSize({ width: 1440, height: 900 });
  await visit.open(touched.pid);
  await visit.goTo(anonOf(touched));
  await read(visit);
  await visit.picture.canvas.focus();
  await page.keyboard.press('p');
  await page.keyboard.press('t');
  const table = page.getByTestId('table');
  await expect(table.getByRole('columnheader', { name: 'Swap' })).toBeVisible();
  await expect(page.getByTestId('table-footer').locator('[data-item=swap]')).toHaveText('Swap 0 B');
  await page.getByRole('radio', { name: 'Kinds' }).click();
  await expect(table.getByTestId('table-group').locator('[data-sum=swap]').filter({ hasText: 'Swap 0 B' }).first()).toBeVisible();
});

test('counts huge pages as in memory, apart from RSS', async ({ visit, start, page }) => {
  const pool = moreHugePages(4);
  test.skip(pool === null, 'no huge pages are to be had here: vm.nr_hugepages');
  try {
    const huge = await start('huge');
    await visit.open(huge.pid);
    await expect(visit.figure('hugetlb').locator('.value')).toHaveText('6 MB');
    await visit.goTo(huge.mappings.find(({ name }) => name === 'private')?.start ?? 0);
    await read(visit);
    const line = page.getByTestId('region-figures').locator('[data-figure=smaps-in-memory]');
    await expect(line.locator('.value')).toHaveText('4 MB');
    await expect(line.locator('.share')).toHaveText('66.7 %');
    await visit.search.fill('hugetlb>=2M rss=0');
    await expect(visit.verdict).toHaveText('2');
    await page.keyboard.press('Escape');
    await visit.picture.canvas.focus();
    await page.keyboard.press('t');
    await expect(page.getByTestId('table').getByRole('columnheader', { name: 'hugetlb' })).toBeVisible();
    await expect(page.getByTestId('table-footer').locator('[data-item=hugetlb]')).toHaveText('hugetlb 6 MB');
  } finally {
    pool?.drop();
  }
});

test('is coloured by residency, which reads the figures', async ({ visit, start }) => {
  const touched = await start('touched', '/proc/self/exe');
  await visit.open(touched.pid);
  const legend = visit.page.getByTestId('legend');
  await visit.choose('Colour', 'By residency');
  await expect(legend.getByText('Under 25 %')).toBeVisible();
  await expect(legend.getByTestId('read-figures')).toContainText('Read at');
  await legend.getByRole('button', { name: /^All/ }).click();
  await expect(visit.search).toHaveValue('resident=100%');
  await expect(visit.verdict).toHaveText(/^[1-9]/);
});

test('counts one page in sight as one', async ({ visit, start }) => {
  const touched = await start('touched', '/proc/self/exe');
  await visit.open(touched.pid);
  const pages = visit.page.getByTestId('pages-in-sight');
  await visit.goTo(anonOf(touched));
  await pages.getByRole('switch').click();
  await expect(pages).toContainText(/ pages in memory; read in .* ms/);
  // Going there again zooms to the page, and closer.
  await visit.goTo(anonOf(touched));
  // Waits after each key: pressed quickly, their result depends on the time between them.
  for (let i = 0; i < 6; i++) {
    await visit.page.keyboard.press('+');
    await visit.picture.settled();
  }
  await expect(pages).toContainText(/[01] of 1 page in memory.*; read in .* ms/);
});

test('shows the pages in sight, one by one, and looks again', async ({ visit, start }) => {
  const touched = await start('touched', '/proc/self/exe');
  const anon = anonOf(touched);
  await visit.open(touched.pid);
  // All of the space is in sight, so the pages of the selection are read.
  await visit.search.fill('[stack]');
  await visit.search.press('Enter');
  const pages = visit.page.getByTestId('pages-in-sight');
  await pages.getByRole('switch').click();
  expect((await visit.picture.view()).atFit).toBe(true);
  await expect(pages).toContainText(/pages in memory; read in .* ms/);
  await visit.search.fill('');
  await visit.goTo(anon);
  await visit.picture.settled();
  await expect(pages).toContainText(/pages in memory; read in .* ms/);
  /** Whether that page of the mapping is drawn in the colour of a token. */
  const drawn = (page: number, token: string): Promise<boolean> =>
    visit.page.evaluate(
      ([pageNumber, name]) => {
        const { procmapDiagram: diagram } = window;
        const canvas = document.querySelector<HTMLCanvasElement>('[data-testid=diagram]');
        const context = canvas?.getContext('2d');
        if (diagram === undefined || canvas === null || context === null || context === undefined) return false;
        const y = Math.round(((diagram.yOf(pageNumber) + diagram.yOf(pageNumber + 1)) / 2) * devicePixelRatio);
        const probe = document.createElement('canvas').getContext('2d');
        if (probe === null) return false;
        probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
        probe.fillRect(0, 0, 1, 1);
        const [r, g, b] = probe.getImageData(0, 0, 1, 1).data;
        const row = context.getImageData(0, y, canvas.width, 1).data;
        let count = 0;
        for (let at = 0; at < row.length; at += 4) if (row[at] === r && row[at + 1] === g && row[at + 2] === b) count++;
        return count > 10;
      },
      [page, token] as const,
    );
  const first = anon / 4096;
  await expect.poll(() => drawn(first, 'page-anon-shared')).toBe(true);
  expect(await drawn(first + 4, 'page-anon')).toBe(true);
  expect(await drawn(first + 3, 'page-absent')).toBe(true);
  // Elsewhere, other pages are asked for.
  const shared = touched.mappings.find(({ name }) => name === 'shared')?.start ?? 0;
  await visit.goTo(shared);
  await expect.poll(() => drawn(shared / 4096, 'page-file')).toBe(true);
  await pages.getByRole('switch').click();
  await expect.poll(() => drawn(shared / 4096, 'page-file')).toBe(false);
});

test('shows how far a long reading is, and it can be called off', async ({ visit, start, page }) => {
  const many = await start('many', '30000');
  // A slow network.
  await page.route('**/smaps', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 900));
    await route.continue().catch(() => undefined);
  });
  await visit.open(many.pid);
  await visit.choose('Colour', 'By residency');
  const reading = page.getByTestId('read-figures');
  await expect(reading.getByRole('progressbar')).toBeVisible();
  await reading.getByRole('button', { name: 'Cancel' }).click();
  await expect(reading.getByRole('button', { name: 'Read figures' })).toBeEnabled();
  await page.unroute('**/smaps');
  await read(visit);
  await expect(reading).toContainText(/: 30,0[0-9]+ mappings/, { timeout: 20_000 });
  // The daemon leaves the process alone for a while after that read, then reads it again.
  const before = await reading.innerText();
  await read(visit);
  await expect(reading).toContainText('rests after the last read');
  await expect.poll(() => reading.innerText(), { timeout: 20_000 }).toMatch(/^Read at/);
  expect(await reading.innerText()).not.toBe(before);
});

test.describe('on a narrow page', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('figures and pages have room, and axe finds nothing', async ({ visit, start }) => {
    const touched = await start('touched', '/proc/self/exe');
    await visit.open(touched.pid);
    await visit.goTo(anonOf(touched));
    await visit.page.getByRole('button', { name: /^Anonymous/ }).click();
    await read(visit);
    await visit.page.getByTestId('pages-in-sight').getByRole('switch').click();
    await expect(visit.page.getByTestId('pages-in-sight')).toContainText('in memory');
    expect(await visit.page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    expect(await audit(visit.page)).toEqual([]);
  });
});

test('says why there are no figures, and keeps those that were read when the process ends', async ({ visit, start, page }) => {
  const touched = await start('touched', '/proc/self/exe');
  await visit.open(touched.pid);
  await visit.goTo(anonOf(touched));
  await read(visit);
  const section = page.getByTestId('region-figures');
  await expect(section.locator('[data-figure=smaps-in-memory]')).toBeVisible();
  await page.route('**/smaps', (route) => route.fulfill({ status: 503, json: { error: 'stalled', message: 'the kernel did not answer in time' } }));
  await read(visit);
  await expect(section.getByRole('alert')).toHaveText('The kernel did not answer in time.');
  await expect(section.locator('[data-figure=smaps-in-memory]')).toBeVisible();
  expect(await audit(page)).toEqual([]);
});
