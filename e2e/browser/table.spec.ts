import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from '@playwright/test';
import { formatPages } from '@procmap/shared/units.ts';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { tableOfText } from '../played/recorded.ts';
import { Stage } from '../played/stage.ts';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, Visit } from './visit.ts';

/** The table: the same rows as the picture, to be read, searched, sorted, copied and heard. */
interface Mapping {
  readonly start: string;
  readonly end: string;
  readonly perms: string;
  readonly name: string;
  readonly pages: number;
}

/** What the kernel says itself, by descending address. */
function mapsOf(pid: number): Mapping[] {
  const address = (digits: string): string => `0x${digits.padStart(16, '0')}`;
  return readFileSync(`/proc/${pid}/maps`, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [, start = '', end = '', perms = '', name = ''] = /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      return { start: address(start), end: address(end), perms, name, pages: Number((BigInt(`0x${end}`) - BigInt(`0x${start}`)) / 4096n) };
    })
    .reverse();
}

class Table {
  readonly root: Locator;
  readonly grid: Locator;
  readonly rows: Locator;
  readonly groups: Locator;
  readonly active: Locator;
  readonly #visit: Visit;

  constructor(visit: Visit) {
    this.#visit = visit;
    this.root = visit.page.getByTestId('table');
    this.grid = this.root.getByTestId('table-grid');
    this.rows = this.root.getByTestId('table-row');
    this.groups = this.root.getByTestId('table-group');
    this.active = this.root.locator('.row.active');
  }

  async open(): Promise<void> {
    await this.#visit.page.keyboard.press('t');
    await expect(this.rows.first()).toBeVisible();
  }

  cells(column: string): Locator {
    return this.root.locator(`[data-column="${column}"]`);
  }

  head(name: string): Locator {
    return this.root.getByRole('columnheader', { name });
  }

  row(start: string): Locator {
    return this.rows.filter({ has: this.#visit.page.locator('[data-column="start"]', { hasText: start }) });
  }

  async withoutGaps(): Promise<void> {
    const gaps = this.root.getByRole('switch', { name: 'Gaps' });
    await gaps.click();
    await expect(gaps).toHaveAttribute('aria-checked', 'false');
  }

  /** Of the first row in sight. */
  topOf(row: Locator): Promise<number> {
    return row.evaluate((element) => element.getBoundingClientRect().top);
  }

  async copied(format: 'Text' | 'CSV' | 'JSON'): Promise<string> {
    await copyAs(this, format);
    await expect(this.root.getByTestId('table-said')).toHaveText(/copied$/);
    return this.#visit.page.evaluate(() => navigator.clipboard.readText());
  }
}

test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

test('has a row for each mapping, as the kernel lists them, and for all between', { tag: '@main' }, async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  // The picture rounds what the kernel has within a page.
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
  // Row by row, by the keys: what is told at each is what the kernel says.
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

test('scrolls and sorts 65,000 mappings, of which only those in sight exist', async ({ visit, start }) => {
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

test('is worked by keys alone, and is in step with the picture both ways', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page } = visit;
  const table = new Table(visit);
  await table.open();
  await table.grid.focus();
  await page.keyboard.press('Home');
  await expect(table.active).toHaveAttribute('aria-rowindex', '2');
  expect(await table.grid.getAttribute('aria-activedescendant')).toBe(await table.active.getAttribute('id'));
  await page.keyboard.press('PageDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(table.active).toHaveAttribute('aria-selected', 'true');
  const address = await table.active.locator('[data-column="start"]').textContent();
  await expect(visit.fact('start')).toHaveText(address ?? '');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(visit.fact('start')).toHaveText('0x0000000000000000');
  await visit.picture.settled();
  expect((await visit.picture.view()).atFit).toBe(false);
  // Cells, and the heads above the first row.
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowRight');
  await expect(table.grid).toHaveAttribute('aria-activedescendant', /-end$/);
  await page.keyboard.press('ArrowUp');
  await expect(table.grid).toHaveAttribute('aria-activedescendant', 'table-head-end');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Enter');
  await expect(table.head('Size')).toHaveAttribute('aria-sort', 'descending');
  await page.keyboard.press('Home');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await expect(table.head('Start')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('Enter');
  // The other way: what is selected in the picture comes into view here, and the focus stays.
  const { start: heap = 0 } = known.mappings.find(({ name }) => name === 'memfd') ?? {};
  await visit.goTo(heap);
  const row = table.rows.filter({ has: page.locator('[data-column="start"]', { hasText: heap.toString(16) }) });
  await expect(row).toHaveAttribute('aria-selected', 'true');
  await expect(row).toBeInViewport();
  await expect(table.grid).not.toBeFocused();
  const { x, y } = await visit.picture.pointAt(await visit.picture.within(heap / PAGE_BYTES, heap / PAGE_BYTES + 1));
  await page.mouse.move(x, y);
  await expect(row).toHaveClass(/hovered/);
  // A click on a row selects it there.
  const next = table.root.locator(`[aria-rowindex="${Number(await row.getAttribute('aria-rowindex')) + 1}"]`);
  await next.click();
  await expect(next).toHaveAttribute('aria-selected', 'true');
  await expect(visit.fact('start')).toHaveText((await next.locator('[data-column="start"]').textContent()) ?? '');
  await expect(visit.fact('start')).not.toHaveText(hex(heap));
  await page.keyboard.press('t');
  await expect(table.root).toBeHidden();
});

test('tells a screen reader what it is', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  const table = new Table(visit);
  await table.open();
  await expect(table.grid).toHaveRole('grid');
  await expect(table.grid).toHaveAttribute('aria-colcount', '10');
  await expect(table.head('Start')).toHaveAttribute('aria-sort', 'descending');
  await expect(table.head('Name')).toHaveAttribute('aria-sort', 'none');
  const first = table.rows.first();
  await expect(first).toHaveRole('row');
  const columns = await first.getByRole('gridcell').evaluateAll((cells) => cells.map((cell) => Number(cell.getAttribute('aria-colindex'))));
  expect(columns).toEqual(columns.toSorted((a, b) => a - b));
  // One tab stop: head, rows and cells have none.
  expect(await table.grid.locator('[tabindex="0"], button:not([tabindex="-1"])').count()).toBe(0);
  await table.root.getByRole('radio', { name: 'Kinds' }).click();
  await expect(table.grid).toHaveRole('treegrid');
  await expect(table.groups.first()).toHaveAttribute('aria-expanded', 'false');
  await expect(table.groups.first()).toHaveAttribute('aria-level', '1');
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
  // Its members alone, by a term of the search, and all again.
  await page.keyboard.press(' ');
  await expect(visit.search).toHaveValue(`name=${libc[0]?.name ?? ''}`.replace(/=(.*)$/, '="$1"').replace(/"/g, ''));
  await expect(table.root.locator('[data-item="rows"]')).toHaveText(new RegExp(`^${libc.length} of `));
  await group.getByRole('button', { name: 'Search for these' }).click();
  await expect(visit.search).toHaveValue('');
});

test('copies a row, a range, and everything, as text, CSV and JSON', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page } = visit;
  const table = new Table(visit);
  await table.open();
  await table.withoutGaps();
  await visit.search.fill('space:user');
  const maps = mapsOf(known.pid).filter(({ name }) => name !== '[vsyscall]');
  await expect(table.grid).toHaveAttribute('aria-rowcount', String(maps.length + 1));
  await table.grid.focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 2; i++) await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Control+c');
  await expect(table.root.getByTestId('table-said')).toHaveText('3 rows copied');
  const text = await page.evaluate(() => navigator.clipboard.readText());
  const starts = (rows: readonly Mapping[]): string[] => rows.map((row) => row.start);
  expect(
    text
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => line.split(/\s+/)[0]),
  ).toEqual(starts(maps.slice(0, 3)));
  const json = JSON.parse(await table.copied('JSON')) as { start: string; perms: string }[];
  expect(json.map((region) => [region.start, region.perms])).toEqual(maps.slice(0, 3).map((row) => [row.start, row.perms.slice(0, 3)]));
  await table.grid.focus();
  await page.keyboard.press('Control+a');
  const csv = await table.copied('CSV');
  const lines = csv.trimEnd().split(/\r?\n/);
  expect(lines[0]).toBe('name,size_bytes,start_va,end_va,perms,type,file_offset,device,inode,space,kind,source');
  expect(lines).toHaveLength(maps.length + 1);
  for (const [i, { start: from }] of maps.entries()) expect(lines[i + 1]).toContain(from);
  // A hostile name is shown, never obeyed.
  for (const hostile of ['\t', '\u001b', '\u202e']) expect(csv).not.toContain(hostile);
  await table.grid.focus();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+c');
  await expect(table.root.getByTestId('table-said')).toHaveText('1 row copied');
  // By mouse: from one row to another.
  await table.rows.nth(1).click();
  await table.rows.nth(4).click({ modifiers: ['Shift'] });
  expect(JSON.parse(await table.copied('JSON'))).toHaveLength(4);
});

test('saves a file where the clipboard is not allowed, and where there are too many rows for it', async ({ page }) => {
  const proc = new FakeProc();
  const ROWS = 320_000;
  proc.write(7, { comm: 'huge', maps: Array.from({ length: ROWS }, (_, i) => mapsLine(0x1000 + i, 1, i % 2 === 0 ? 'r--p' : 'rw-p')).join('') });
  const daemon = await Daemon.start({ env: { PROCMAP_PROC: proc.root } });
  try {
    const visit = new Visit(page, daemon);
    await visit.open(7);
    const table = new Table(visit);
    await table.open();
    await visit.search.fill('space:user type:p');
    await expect(table.grid).toHaveAttribute('aria-rowcount', String(ROWS + 1));
    // More than an element may be high: every row can be reached all the same, and a turn of the wheel is one.
    await table.grid.focus();
    await page.keyboard.press('End');
    await expect(table.active.locator('[data-column="start"]')).toHaveText(/^0x0*1000000$/);
    await expect(table.active).toBeInViewport();
    expect(Number(await table.active.getAttribute('aria-rowindex'))).toBe(ROWS + 1);
    const height = await table.grid.evaluate((element) => element.scrollHeight);
    expect(height).toBeLessThan(10_000_000);
    await page.keyboard.press('Home');
    await expect(table.active).toHaveAttribute('aria-rowindex', '2');
    await table.active.hover();
    const second = table.root.locator('[aria-rowindex="12"]');
    const top = await table.topOf(second);
    await page.mouse.wheel(0, 52);
    await expect.poll(async () => Math.round(top - (await table.topOf(second)))).toBe(52);
    await page.keyboard.press('Control+a');
    const [all] = await Promise.all([page.waitForEvent('download'), copyAs(table, 'CSV')]);
    expect(all.suggestedFilename()).toBe('procmap-huge-7-rows.csv');
    await expect(table.root.getByTestId('table-said')).toHaveText('320,000 rows saved as a file: too many for the clipboard');
    expect(
      readFileSync(await all.path(), 'utf8')
        .trimEnd()
        .split('\r\n'),
    ).toHaveLength(ROWS + 1);
    await table.grid.focus();
    await page.keyboard.press('Home');
    await page.evaluate(() => (navigator.clipboard.writeText = () => Promise.reject(new Error('no'))));
    const [one] = await Promise.all([page.waitForEvent('download'), copyAs(table, 'Text')]);
    await expect(table.root.getByTestId('table-said')).toHaveText(/^1 row saved as a file: this browser does not allow/);
    expect(
      readFileSync(await one.path(), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
  } finally {
    // The page first: it would miss its daemon.
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});

async function copyAs(table: Table, format: 'Text' | 'CSV' | 'JSON'): Promise<void> {
  await table.root.getByRole('button', { name: 'Copy rows' }).click();
  await table.root.getByRole('menuitem', { name: format }).click();
}

test('keeps its place while the map changes', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const table = new Table(visit);
  await table.open();
  const { start: address = 0 } = known.mappings.find(({ name }) => name === 'memfd') ?? {};
  await visit.goTo(address);
  const row = table.rows.filter({ has: visit.page.locator('[data-column="start"]', { hasText: address.toString(16) }) });
  await expect(row).toBeInViewport();
  // The kernel puts what is new below: by ascending address, it comes above this row.
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

test('shares the stage with the picture as one likes, and remembers it', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page } = visit;
  const table = new Table(visit);
  await page.getByTestId('table-toggle').click();
  await expect(table.rows.first()).toBeVisible();
  const splitter = page.getByRole('separator', { name: 'Height of the table' });
  await splitter.focus();
  const before = Number(await splitter.getAttribute('aria-valuenow'));
  const height = await visit.picture.height();
  await page.keyboard.press('ArrowUp');
  await expect(splitter).toHaveAttribute('aria-valuenow', String(before + 5));
  await expect.poll(() => visit.picture.height()).toBeLessThan(height);
  const box = await splitter.boundingBox();
  if (box === null) throw new Error('there is no splitter');
  await page.mouse.move(box.x + 100, box.y + 3);
  await page.mouse.down();
  await page.mouse.move(box.x + 100, box.y - 97, { steps: 4 });
  await page.mouse.up();
  await expect.poll(async () => Number(await splitter.getAttribute('aria-valuenow'))).toBeGreaterThan(before + 8);
  const after = await splitter.getAttribute('aria-valuenow');
  await page.reload();
  await visit.mapped();
  await expect(table.rows.first()).toBeVisible();
  await expect(splitter).toHaveAttribute('aria-valuenow', after ?? '');
  await table.root.getByRole('button', { name: 'Table alone' }).click();
  await expect(splitter).toBeHidden();
  expect((await table.root.boundingBox())?.height).toBeGreaterThan(600);
  // Enter shows the row where it lies.
  await table.grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(splitter).toBeVisible();
  await table.root.getByRole('button', { name: 'Close the table' }).click();
  await expect(table.root).toBeHidden();
});

test.describe('at 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('takes the whole stage, with the columns that matter, none of which is cut', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const table = new Table(visit);
    await table.open();
    expect(await table.root.getByRole('columnheader').allTextContents()).toEqual(['Size', 'Perms', 'Name']);
    const { page } = visit;
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    for (const part of await table.root.locator('[role="toolbar"] > *, footer > .figure').all()) {
      const box = await part.boundingBox();
      if (box === null) continue;
      expect(box.x >= 0 && box.x + box.width <= 360).toBe(true);
    }
    // Of a long path its end is read.
    await visit.search.fill('libc.so');
    const base = table.rows.first().locator('.base');
    await expect(base).toHaveText('libc.so.6');
    expect(await base.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await table.rows.first().dblclick();
    await expect(table.root).toBeHidden();
    await expect(page.getByRole('button', { name: /libc\.so\.6/ })).toBeVisible();
  });
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
  // What the table counts as mapped is what the status line does: [vsyscall] is not the user's.
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
});

test('says why it has no rows, by words that the grid has as its description', async ({ visit, page }) => {
  const stage = await Stage.on(page);
  // [vsyscall] is the one mapping of that half.
  const text = readFileSync(join(import.meta.dirname, '..', 'played', 'python3.maps'), 'utf8').replace(/.*\[vsyscall\]\n/, '');
  await stage.open({
    table: tableOfText(Buffer.from(text)),
    kernel: { source: 'none', note: 'hidden by the kernel (kptr_restrict=2)', regions: [], ranges: null },
  });
  const table = new Table(visit);
  await table.open();
  await table.withoutGaps();
  await page.getByRole('radio', { name: 'Kernel' }).click();
  await expect(table.rows).toHaveCount(0);
  await expect(table.grid).toHaveAccessibleDescription('Nothing that is known is mapped in this half. Turn on the gaps to see the rest.');
  await expect(table.root.getByRole('button', { name: 'Clear the search' })).toHaveCount(0);
  // So does the picture.
  await visit.picture.settled();
  const texts = await page.evaluate(() => (window.procmapDiagram?.texts ?? []).map(({ text }) => text));
  expect(texts).toContain('kernel half: not known');
  expect(texts).not.toContain('sparse');
  await table.root.getByRole('switch', { name: 'Gaps' }).click();
  await expect(table.rows).toHaveText(/Not described/);
  await expect(table.grid).toHaveAccessibleDescription('');
  // What is found is not called missing because it has no row.
  await table.withoutGaps();
  await page.getByRole('radio', { name: 'User' }).click();
  await visit.search.fill('kind:gap');
  await expect(visit.verdict).toHaveText(/^[1-9][0-9]*$/);
  await expect(table.grid).toHaveAccessibleDescription(`All ${await visit.verdict.innerText()} matches are gaps. Turn on the gaps to see them.`);
  await visit.search.fill('kind:unknown');
  await expect(table.grid).toHaveAccessibleDescription(
    'No region of this half matches the search. 1 match is outside the user half; only the user half is shown.',
  );
  await visit.search.press('Enter');
  await expect(page.getByRole('radio', { name: 'Both' })).toBeChecked();
  await expect(table.grid).toHaveAccessibleDescription('The match is one of the gaps. Turn on the gaps to see it.');
});

test('a region of which nothing is known is told to a screen reader so', async ({ visit, page }) => {
  const stage = await Stage.on(page);
  await stage.open({ kernel: { source: 'none', note: 'hidden by the kernel (kptr_restrict=2)', regions: [], ranges: null } });
  await visit.search.fill('0xffff900000000000');
  await visit.search.press('Enter');
  await expect(page.locator('[aria-live=polite].unseen')).toHaveText('Not described, 128 TB, from 0xffff800000000000');
});
