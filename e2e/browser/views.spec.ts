import { readFileSync } from 'node:fs';
import type { Fixture } from '../fixtures/fixture.ts';
import { expect, test } from './test.ts';
import { hex, type Visit } from './visit.ts';

/** Memory that is mapped more than once, page 0, and the mapping limit: remarks, and links to the places. */
function startOf(fixture: Fixture, name: string): number {
  return fixture.mappings.find((each) => each.name === name)?.start ?? NaN;
}

/** Whether the box at an address has the red bars of an alarm at both edges. */
async function isMarked(visit: Visit, address: number): Promise<boolean> {
  await visit.goTo(address);
  const row = await visit.picture.row(((await visit.picture.yOf(address / 4096)) + (await visit.picture.yOf(address / 4096 + 1))) / 2);
  const alarm = await visit.picture.colour('alarm');
  return row.includes(alarm) && row.lastIndexOf(alarm) - row.indexOf(alarm) > 400;
}

test('memory that is writable in one mapping and executable in another is an alarm, with links between them', { tag: '@main' }, async ({ visit, start }) => {
  const jit = await start('views', 'jit');
  await visit.open(jit.pid);
  const [write, run] = [startOf(jit, 'write'), startOf(jit, 'run')];

  const alarm = visit.inspector.getByRole('button', { name: '2 share memory, writable in one and executable in another' });
  // Even if the visible half has none.
  await visit.page.getByRole('radio', { name: 'Kernel' }).click();
  await alarm.press('Enter');
  await expect(visit.search).toHaveValue('views:w+x');
  await expect(visit.page.getByRole('radio', { name: 'Both' })).toBeChecked();
  await expect(visit.verdict).toContainText('2');
  // Descending, like all hits.
  await expect(visit.fact('start')).toHaveText(hex(Math.max(write, run)));

  await visit.goTo(write);
  await expect(visit.fact('perms')).toHaveText('rw-s');
  await expect(visit.page.getByTestId('alarm')).toHaveText('Data written here can be executed through another mapping.');
  await expect(visit.page.locator('[aria-live=polite].unseen')).toContainText('Data written here can be executed through another mapping.');
  const other = visit.page.getByTestId('views').getByRole('button');
  await expect(other).toHaveAccessibleName(`Go to ${hex(run)}, r-xs, 32 KB`);
  await other.press('Enter');
  await expect(visit.fact('start')).toHaveText(hex(run));
  await expect(visit.page.getByTestId('alarm')).toHaveText('Code executed here can be written through another mapping.');

  expect(await isMarked(visit, write)).toBe(true);
  expect(await isMarked(visit, run)).toBe(true);
});

test('a heap that is mapped three times is shown as one memory, with the amount that RSS counts again', async ({ visit, start }) => {
  const heap = await start('views', 'heap');
  await visit.open(heap.pid);
  await expect(visit.page.getByTestId('counted-again')).toHaveText(
    '3 mappings are views of the same memory: RSS, hugetlb and swap may include up to 64 KB more than once; PSS does not.',
  );
  await expect(visit.page.getByTestId('views-alarm')).toHaveCount(0);
  await visit.page.getByTestId('mapped-again-remark').click();
  await expect(visit.search).toHaveValue('views:yes');
  await expect(visit.page.getByTestId('views').getByRole('button')).toHaveCount(2);

  await visit.inspector.getByRole('button', { name: 'Read figures' }).click();
  await visit.page.keyboard.press('t');
  const footer = visit.page.getByTestId('table-footer');
  await expect(footer.locator('[data-item="rss"]')).toHaveText('RSS 96 KB');
  await expect(footer.locator('[data-item="counted-again"]')).toHaveText('up to 64 KB counted more than once');
  await visit.search.fill(`start=${hex(startOf(heap, 'first'))}`);
  await expect(footer.locator('[data-item="rss"]')).toHaveText('RSS 32 KB');
  await expect(footer.locator('[data-item="counted-again"]')).toHaveCount(0);
  await visit.page.keyboard.press('Escape');
  expect(await isMarked(visit, startOf(heap, 'first'))).toBe(false);
});

if (process.getuid?.() === 0)
  test('a mapped page 0 is an alarm', async ({ visit, start }) => {
    const zero = await start('views', 'zero');
    await visit.open(zero.pid);
    await visit.inspector.getByRole('button', { name: 'Page 0 is mapped' }).click();
    await expect(visit.fact('start')).toHaveText(hex(0));
    await expect(visit.page.getByTestId('alarm')).toContainText('a NULL pointer does not fault');
    expect(await isMarked(visit, 0)).toBe(true);
  });

test('few mappings left is an alarm, with the file that has most', async ({ visit, start }) => {
  const limit = Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8'));
  const many = await start('many', String(Math.round(limit * 0.95)));
  await visit.open(many.pid);
  const alarm = visit.page.getByTestId('map-limit-alarm');
  await expect(alarm).toHaveText(/^[0-9,]+ mappings left, [0-9,]+ anonymous mappings in use\s*kind:anon$/);
  await alarm.click();
  await expect(visit.search).toHaveValue('kind:anon');

  const few = await start('views', 'heap');
  await visit.open(few.pid);
  await expect(visit.figure('headroom')).toContainText(/[0-9]/);
  await expect(alarm).toHaveCount(0);
});
