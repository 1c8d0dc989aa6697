import { Table } from './table.ts';
import { expect, test } from './test.ts';

/** The place of the table: beside the picture, alone, and on a phone. */

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
  await table.root.getByRole('button', { name: 'Table only' }).click();
  await expect(splitter).toBeHidden();
  expect((await table.root.boundingBox())?.height).toBeGreaterThan(600);
  // Enter shows the row's region in the diagram.
  await table.grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(splitter).toBeVisible();
  await table.root.getByRole('button', { name: 'Close the table' }).click();
  await expect(table.root).toBeHidden();
  // Its focus goes to the diagram.
  await expect(page.getByRole('application')).toBeFocused();
});

test.describe('at 360 px', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('takes the whole stage, with the important columns, none of them cut', async ({ visit, start }) => {
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
    // The end of a long path stays visible.
    await visit.search.fill('libc.so');
    const base = table.rows.first().locator('.base');
    await expect(base).toHaveText('libc.so.6');
    expect(await base.evaluate((element) => element.scrollWidth <= element.clientWidth)).toBe(true);
    await table.rows.first().dblclick();
    await expect(table.root).toBeHidden();
    await expect(page.getByRole('button', { name: /libc\.so\.6/ })).toBeVisible();
  });
});
