import { readFileSync } from 'node:fs';
import { formatPages } from '@procmap/shared/units.ts';
import { mapsOf, Table } from './table.ts';
import { expect, test } from './test.ts';

/** The table: the picture's regions as rows, to read, search, sort, copy, also with a screen reader. */

test('has a row for each mapping, as the kernel lists them, and for all between', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  // The picture rounds bounds of the kernel half to pages.
  await visit.search.fill('space:user,none');
  const answer = await daemon.json<{ regions: { start: string; space: string }[] }>(`/api/processes/${known.pid}/map`);
  const regions = answer.regions.filter(({ space, start: from }) => space !== 'kernel' && from !== '0xffffffffff600000');
  await expect(table.grid).toHaveAttribute('aria-rowcount', String(regions.length + 1));
  const shown = await table.cells('start').allTextContents();
  expect(shown.length).toBeGreaterThan(5);
  expect(shown).toEqual(regions.slice(0, shown.length).map((region) => region.start));
  await table.withoutGaps();
  await visit.search.fill('space:user');
  const maps = mapsOf(known.pid).filter(({ name }) => name !== '[vsyscall]');
  await expect(table.grid).toHaveAttribute('aria-rowcount', String(maps.length + 1));
  // Row by row by keyboard: each announcement matches the kernel's line.
  await table.grid.focus();
  for (const { start: from, end, perms, name } of maps) {
    await expect(table.active.locator('[data-column="start"]')).toHaveText(from);
    await expect(table.active.locator('[data-column="end"]')).toHaveText(end);
    await expect(table.active.locator('[data-column="perms"]')).toHaveText(perms.slice(0, 3));
    if (/^[\x20-\x5b\x5d-\x7e]+$/.test(name)) await expect(table.active.locator('[data-column="name"]')).toHaveText(name);
    await visit.page.keyboard.press('ArrowDown');
  }
  await expect(table.root.locator('[data-item="rows"]')).toHaveText(new RegExp(`^${maps.length} of \\d+ rows$`));
});

test('scrolls and sorts 65,000 mappings, with only the visible rows in the page', async ({ visit, start }) => {
  const many = await start('many', '65000');
  await visit.open(many.pid);
  const table = new Table(visit);
  await table.open();
  await table.withoutGaps();
  const maps = mapsOf(many.pid);
  const count = Number(await table.grid.getAttribute('aria-rowcount'));
  expect(count).toBeGreaterThan(65_000);
  expect(await table.rows.count()).toBeLessThan(60);
  await table.grid.evaluate((element) => {
    element.scrollTop = element.scrollHeight / 2;
  });
  await expect.poll(async () => Number(await table.rows.first().getAttribute('aria-rowindex'))).toBeGreaterThan(count / 2 - 100);
  expect(await table.rows.count()).toBeLessThan(60);
  const middle = await table.cells('start').allTextContents();
  const at = maps.findIndex((mapping) => mapping.start === middle[0]);
  expect(middle).toEqual(maps.slice(at, at + middle.length).map((mapping) => mapping.start));
  await table.head('Size').click();
  await expect(table.head('Size')).toHaveAttribute('aria-sort', 'descending');
  const largest = maps.reduce((a, b) => (b.pages > a.pages ? b : a));
  await table.grid.focus();
  await visit.page.keyboard.press('Control+Home');
  await visit.search.fill('space:user');
  await expect(table.rows.first().locator('[data-column="start"]')).toHaveText(largest.start);
  await table.head('Size').click();
  await expect(table.head('Size')).toHaveAttribute('aria-sort', 'ascending');
  await expect(table.rows.first().locator('[data-column="size"]')).toHaveText('4 KB');
  // The last one, by the keys.
  await table.grid.focus();
  await visit.page.keyboard.press('End');
  await expect(table.active.locator('[data-column="start"]')).toHaveText(largest.start);
});

test('groups by file with sums, which open, close and filter', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page } = visit;
  const table = new Table(visit);
  await table.open();
  await table.root.getByRole('radio', { name: 'Files' }).click();
  const libc = mapsOf(known.pid).filter(({ name }) => name.endsWith('/libc.so.6'));
  const group = table.groups.filter({ hasText: 'libc.so.6' });
  await expect(group.locator('[data-sum="count"]')).toHaveText(`×${libc.length}`);
  const megabytes = (libc.reduce((sum, { pages }) => sum + pages, 0) / 256).toFixed(2);
  await expect(group.locator('[data-sum="mapped"]')).toHaveText(`${megabytes} MB`);
  await group.click();
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await expect(table.row(libc[0]?.start ?? '')).toHaveAttribute('aria-level', '2');
  // By keys: closed, and opened again.
  await table.grid.focus();
  await expect(group).toHaveClass(/active/);
  await page.keyboard.press('ArrowLeft');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  await page.keyboard.press('ArrowRight');
  await expect(group).toHaveAttribute('aria-expanded', 'true');
  await page.keyboard.press('Enter');
  await expect(group).toHaveAttribute('aria-expanded', 'false');
  // Only its members, by a search term, then all again.
  await page.keyboard.press(' ');
  await expect(visit.search).toHaveValue(`name=${libc[0]?.name ?? ''}`.replace(/=(.*)$/, '="$1"').replace(/"/g, ''));
  await expect(table.root.locator('[data-item="rows"]')).toHaveText(new RegExp(`^${libc.length} of `));
  await group.getByRole('button', { name: 'Search for these' }).click();
  await expect(visit.search).toHaveValue('');
});

test('tells what each mapping is for, sorts and groups by it, and saves it', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page } = visit;
  const table = new Table(visit);
  await table.open();
  await visit.search.fill('space:user');
  const heap = table.row(mapsOf(known.pid).find(({ name }) => name === '[heap]')?.start ?? '');
  await table.head('Use').click();
  await expect(table.head('Use')).toHaveAttribute('aria-sort', 'ascending');
  // What is no mapping comes first, then what is not known, then the uses by their names.
  await table.withoutGaps();
  await expect(table.cells('use').first()).toHaveText('–');
  await table.head('Use').click();
  await expect(table.cells('use').first()).toHaveText(/^vDSO/);
  await table.root.getByRole('radio', { name: 'Uses' }).click();
  const group = table.groups.filter({ hasText: 'heaps' });
  await expect(group.locator('[data-sum="count"]')).toHaveText('×1');
  await group.click();
  await expect(heap.locator('[data-column="use"]')).toHaveText('heap');
  await group.getByRole('button', { name: 'Search for these' }).click();
  await expect(visit.search).toHaveValue('space:user use=heap');
  await expect(table.root.locator('[data-item="rows"]')).toHaveText(/^1 of /);
  await page.getByRole('button', { name: 'Export' }).click();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'User half' }).click()]);
  expect(readFileSync(await download.path(), 'utf8')).toMatch(/^"\[heap\]",.*,"heap","","the kernel calls it \[heap\][^"]*","told"\r$/m);
});

test('keeps its place while the map changes', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  const { start: address = 0 } = known.mappings.find(({ name }) => name === 'memfd') ?? {};
  await visit.goTo(address);
  const row = table.rows.filter({ has: visit.page.locator('[data-column="start"]', { hasText: address.toString(16) }) });
  await expect(row).toBeInViewport();
  // The kernel maps new memory below, so in ascending order the new row comes above this one.
  await table.head('Start').click();
  await expect(table.head('Start')).toHaveAttribute('aria-sort', 'ascending');
  await expect(row).toBeInViewport();
  const [top, index] = [await table.topOf(row), Number(await row.getAttribute('aria-rowindex'))];
  for (let i = 0; i < 3; i++) await known.command('map 5');
  // It is further down in the table, and still in its place on the screen.
  await expect.poll(async () => Number(await row.getAttribute('aria-rowindex'))).toBeGreaterThanOrEqual(index + 3);
  await expect(row).toBeInViewport();
  expect(Math.abs((await table.topOf(row)) - top)).toBeLessThan(1);
  await expect(row).toHaveAttribute('aria-selected', 'true');
});

test('says that nothing matches, and how to have all again; an ended process is dimmed', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  await visit.search.fill('nothing is called so');
  await expect(table.root).toContainText('No region matches the search.');
  await table.root.getByRole('button', { name: 'Clear the search' }).click();
  await expect(table.rows.first()).toBeVisible();
  await expect(visit.search).toHaveValue('');
  await known.stop();
  await expect(visit.banner).toBeVisible();
  await expect(table.grid).toHaveClass(/dimmed/);
  await expect(table.rows.first()).toBeVisible();
});

test('User and Kernel hold for rows, sums, search and legend as for the picture', { tag: '@main' }, async ({ visit, start, page }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  await table.withoutGaps();
  const count = async (): Promise<number> => Number((await table.root.locator('[data-item="rows"]').innerText()).replace(/[^0-9]/g, ''));
  const legend = page.getByTestId('legend');
  const maps = mapsOf(known.pid);
  const inUser = maps.filter(({ start: from }) => BigInt(from) < 2n ** 47n);
  // The table and the status line count the same as mapped: [vsyscall] is not part of the user half.
  const mapped = formatPages(inUser.reduce((sum, { pages }) => sum + pages, 0));
  await expect(table.root.locator('[data-item="mapped"]')).toHaveText(`${mapped} mapped`);
  await expect(visit.status).toContainText(`user ${mapped} of`);
  const both = await count();
  await page.getByRole('radio', { name: 'User' }).click();
  await expect.poll(count).toBe(inUser.length);
  await expect(legend.locator('[data-class=vsyscall]')).toHaveCount(0);
  await visit.search.fill('vsyscall');
  await expect(visit.verdict).toHaveText('no match here');
  await expect(visit.answer).toHaveText('1 match is outside the user half; only the user half is shown.');
  await visit.search.fill('');
  await page.getByRole('radio', { name: 'Kernel' }).click();
  await expect.poll(count).toBe(both - inUser.length);
  await expect(table.root.locator('[data-item="mapped"]')).toHaveCount(0);
  await expect(legend.locator('[data-class=heap]')).toHaveCount(0);
  await visit.search.fill('kind:heap,stack');
  await expect(visit.answer).toHaveText(/matches are outside the kernel half/);
  await page.getByRole('radio', { name: 'Both' }).click();
  await expect(visit.verdict).toHaveText(/^[1-9]/);
  await expect(visit.verdict).not.toHaveAttribute('title');
});
