import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { tableOfText } from '../played/recorded.ts';
import { Stage } from '../played/stage.ts';
import { Table } from './table.ts';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES } from './visit.ts';

/** The table by keyboard and screen reader: one tab stop, and what is announced. */

test('works by keyboard only, and is in step with the picture both ways', async ({ visit, start }) => {
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
  // Cells, and the column heads above the first row.
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
  // The other way round: a selection in the picture scrolls into view here, and the focus stays.
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

test('describes itself to screen readers', async ({ visit, start }) => {
  await visit.open((await start('known')).pid);
  const table = new Table(visit);
  await table.open();
  await expect(table.grid).toHaveRole('grid');
  await expect(table.grid).toHaveAttribute('aria-colcount', '11');
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
  await expect(table.grid).toHaveAccessibleDescription('No known mapping in this half. Turn on the gaps to see the rest.');
  await expect(table.root.getByRole('button', { name: 'Clear the search' })).toHaveCount(0);
  // So does the picture.
  await visit.picture.settled();
  const texts = await page.evaluate(() => (window.procmapDiagram?.texts ?? []).map(({ text }) => text));
  expect(texts).toContain('kernel half: not known');
  expect(texts).not.toContain('sparse');
  await table.root.getByRole('switch', { name: 'Gaps' }).click();
  await expect(table.rows).toHaveText(/Not described/);
  await expect(table.grid).toHaveAccessibleDescription('');
  // A hit without a row is not reported as missing.
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

test('a region without a description is announced as such', async ({ visit, page }) => {
  const stage = await Stage.on(page);
  await stage.open({ kernel: { source: 'none', note: 'hidden by the kernel (kptr_restrict=2)', regions: [], ranges: null } });
  await visit.search.fill('0xffff900000000000');
  await visit.search.press('Enter');
  await expect(page.locator('[aria-live=polite].unseen')).toHaveText('Not described, 128 TB, from 0xffff800000000000');
});
