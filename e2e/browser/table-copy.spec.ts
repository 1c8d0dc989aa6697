import { readFileSync } from 'node:fs';
import { FakeProc, mapsLine } from '../../server/test/fake-proc.ts';
import { Daemon } from '../daemon.ts';
import { type Mapping, mapsOf, Table } from './table.ts';
import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** Exports of the table: through the clipboard, or as a file. */
test.use({ permissions: ['clipboard-read', 'clipboard-write'] });

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
  expect(lines[0]).toBe('name,size_bytes,start_va,end_va,perms,type,file_offset,device,inode,space,kind,source,use,use_of,use_evidence,use_certainty');
  expect(csv).toMatch(/"heap","","the kernel calls it \[heap\][^"]*","told"/);
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
    // Higher than an element can be. Every row is still reachable, and a wheel notch scrolls as usual.
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
    const [all] = await Promise.all([page.waitForEvent('download'), table.copyAs('CSV')]);
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
    const [one] = await Promise.all([page.waitForEvent('download'), table.copyAs('Text')]);
    await expect(table.root.getByTestId('table-said')).toHaveText(/^1 row saved as a file: this browser does not allow/);
    expect(
      readFileSync(await one.path(), 'utf8')
        .trimEnd()
        .split('\n'),
    ).toHaveLength(2);
  } finally {
    // Close the page first, or it complains about its daemon.
    await page.close();
    await daemon.stop();
    proc.dispose();
  }
});
