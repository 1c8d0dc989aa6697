import { recordedTable } from '../played/recorded.ts';
import { Stage } from '../played/stage.ts';
import { Picture } from './picture.ts';
import { expect, test } from './test.ts';

/** What heights follow: address space, or resident memory once its figures are read. */
test.use({ tolerated: /ERR_FAILED/ });

/** The largest mapping with nothing in memory (Stage.playFigures), in pages. */
function untouched(): readonly [start: number, end: number] {
  const { length, start, end } = recordedTable();
  const rows = Array.from({ length }, (_, row) => row).filter((row) => row % 5 === 0);
  const size = (row: number): number => (end[row] ?? 0) - (start[row] ?? 0);
  const row = rows.reduce((largest, each) => (size(each) > size(largest) ? each : largest));
  return [start[row] ?? NaN, end[row] ?? NaN];
}

test('heights follow resident memory, once its figures are read on request', async ({ page }) => {
  const stage = await Stage.on(page);
  stage.playFigures();
  let asked = 0;
  page.on('request', (request) => (asked += request.url().endsWith('/smaps') ? 1 : 0));
  await stage.open();
  const picture = new Picture(page);
  const [start, end] = untouched();
  const height = async (): Promise<number> => {
    await picture.settled();
    return (await picture.yOf(start)) - (await picture.yOf(end));
  };
  const before = await height();
  expect(before).toBeGreaterThan(4);

  // Chosen by a key: it says what is missing, and reads nothing by itself.
  await page.keyboard.press('r');
  const legend = page.getByTestId('legend');
  await expect(legend.getByText('the figures must be read first')).toBeVisible();
  await expect(legend.getByRole('radio', { name: 'Resident' })).toBeChecked();
  await expect(page).toHaveURL(/heights=resident/);
  expect([await height(), asked]).toEqual([before, 0]);

  await legend.getByRole('button', { name: 'Read figures' }).click();
  await expect(legend.getByText('the figures must be read first')).toBeHidden();
  await expect.poll(height).toBeLessThan(1);
  expect(asked).toBe(1);
  expect((await picture.view()).atFit).toBe(true);

  await legend.getByRole('radio', { name: 'Address space' }).click();
  await expect.poll(height).toBeCloseTo(before, 1);
  await expect(page).not.toHaveURL(/heights=/);
});

test('a link to heights by memory asks for figures, and says why the linear scale has none', async ({ page }) => {
  const stage = await Stage.on(page);
  stage.playFigures();
  await stage.open({}, '&heights=resident&scale=linear');
  const legend = page.getByTestId('legend');
  await expect(legend.getByText('The linear scale is true to address space.')).toBeVisible();
  await page.getByRole('radio', { name: 'Log' }).click();
  await expect(legend.getByText('the figures must be read first')).toBeVisible();
});
