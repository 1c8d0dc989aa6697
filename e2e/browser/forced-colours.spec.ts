import type { Locator } from '@playwright/test';
import { expect, test } from './test.ts';

/** With forced colours, backgrounds and shadows do not show the selection. */
test.use({ contextOptions: { forcedColors: 'active' } });

/** The look of an element apart from its text. */
async function looks(locator: Locator): Promise<string> {
  return locator.evaluate((element) => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    return outlineStyle === 'none' ? 'none' : `${outlineWidth} ${outlineStyle} ${outlineColor}`;
  });
}

test('the selection is visible', async ({ visit, start }) => {
  const { page } = visit;
  const known = await start('known');
  await visit.open(known.pid);
  for (const [chosen, other] of [
    [page.getByRole('radio', { name: 'Both' }), page.getByRole('radio', { name: 'User' })],
    [page.getByRole('radio', { name: 'Log' }), page.getByRole('radio', { name: 'Linear' })],
  ] as const) {
    expect(await looks(chosen)).toMatch(/^2px solid/);
    expect(await looks(other)).toBe('none');
  }
  await page.getByRole('radio', { name: 'Linear' }).click();
  await expect.poll(() => looks(page.getByRole('radio', { name: 'Linear' }))).toMatch(/^2px solid/);
  expect(await looks(page.getByRole('radio', { name: 'Log' }))).toBe('none');

  const table = page.getByRole('button', { name: 'Table', exact: true });
  expect(await looks(table)).toBe('none');
  await table.click();
  await expect.poll(() => looks(table)).toMatch(/^2px solid/);

  const picked = page.locator('[role="row"][aria-selected="true"]').first();
  expect(await looks(picked)).toMatch(/^2px solid/);
});

test('threads: the bar of a stack, and a missing guard in words', async ({ visit, start }) => {
  const { page } = visit;
  await visit.open((await start('threads', '3')).pid);
  await page.keyboard.press('l');
  const rows = page.getByTestId('thread-row');
  await expect(rows).toHaveCount(4);
  const track = rows.nth(1).locator('.track');
  const [border, bar] = await track.evaluate((element) => [
    getComputedStyle(element).borderTopWidth,
    getComputedStyle(element.firstElementChild ?? element).backgroundColor,
  ]);
  expect(border).toBe('1px');
  expect(bar).not.toBe(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
  await rows.nth(1).click();
  expect(await looks(rows.nth(1))).toMatch(/solid/);
});
