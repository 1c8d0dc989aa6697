import { knownThread } from '../../server/src/reader/threads/threads.fixture.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES, Visit } from './visit.ts';

/** What memory is for, and where it goes: with a process that prints where its threads have their stacks. */
const STACKS = 12;

test('names the stack of each thread, with the evidence, as soon as its stack pointer is known', async ({ visit, start }) => {
  const threads = await start('threads', String(STACKS));
  await visit.open(threads.pid);
  const stack = knownThread(threads.printed[0] ?? '');
  await visit.goTo((stack.high - 2) * PAGE_BYTES);
  const use = visit.page.getByTestId('inspector-use');
  await expect(use).toContainText(`threads ${stack.tid}`);
  await expect(use).toContainText('thread stack');
  await expect(visit.page.getByTestId('use-evidence')).toContainText(`Seen: the stack pointer of thread ${stack.tid} lies in it`);

  await visit.search.fill(`of:${stack.tid}`);
  await expect(visit.verdict).toContainText(/[12]/);
  await visit.search.fill('use:thread_stack');
  await expect(visit.verdict).toContainText(String(STACKS + 1));
});

test('says where the memory goes once figures are read, and finds the mappings of a use', async ({ visit, start }) => {
  const threads = await start('threads', String(STACKS));
  await visit.open(threads.pid);
  const breakdown = visit.page.getByTestId('breakdown');
  await breakdown.getByRole('button', { name: 'Read figures' }).click();
  const row = breakdown.getByRole('row', { name: new RegExp(`thread stacks ×${STACKS + 1}`) });
  await expect(row).toBeVisible();
  await expect(breakdown.getByRole('listitem').first()).toContainText('of address space');
  // Sorted by what is in memory, or by size.
  await expect(breakdown.getByRole('columnheader', { name: 'In memory' })).toHaveAttribute('aria-sort', 'descending');
  await breakdown.getByRole('button', { name: 'Virtual' }).click();
  await expect(breakdown.getByRole('columnheader', { name: 'Virtual' })).toHaveAttribute('aria-sort', 'descending');
  // Its parts, by thread.
  await breakdown.getByRole('button', { name: /^More of thread stacks/ }).click();
  await expect(breakdown.locator('tr.part').first()).toContainText(new RegExp(`^${STACKS + 1} mappings: .* never touched, .* private, PSS `));
  await expect(breakdown.getByText('main thread')).toHaveCount(0);
  const name = row.getByRole('button', { name: /^thread stacks/ });
  await name.click();
  await expect(visit.search).toHaveValue('use:thread_stack');
  await expect(visit.verdict).toContainText(String(STACKS + 1));
  // All of them are shown, none is selected, and the breakdown stays.
  await visit.picture.settled();
  const { firstPage, lastPage } = await visit.picture.view();
  for (const { low, high } of threads.printed.slice(0, STACKS).map(knownThread)) {
    expect(firstPage).toBeLessThanOrEqual(low);
    expect(lastPage).toBeGreaterThanOrEqual(high);
  }
  await expect(name).toHaveAttribute('aria-pressed', 'true');
  await name.click();
  await expect(visit.search).toHaveValue('');
});

test('is coloured by use, and the legend finds the members of a class', async ({ visit, start }) => {
  const threads = await start('threads', String(STACKS));
  await visit.open(threads.pid);
  await visit.choose('Colour', 'By use');
  const legend = visit.page.getByTestId('legend');
  const stacks = legend.locator('[data-class="use-stack"]');
  await expect(stacks).toContainText('Stacks');
  await stacks.click();
  await expect(visit.search).toHaveValue('use=thread_stack,stack_guard');
});

test('names a large map after its first picture, though it changes ten times a second', async ({ visit, start }) => {
  const many = await start('many', '11000');
  await visit.open((await start('threads', '1')).pid);
  await visit.choose('Rate: 1 Hz', '10 times a second');
  await many.command('flip 100 8000');
  await visit.open(many.pid);
  await visit.search.fill('use:thread_stack');
  await expect(visit.verdict).toHaveText('1', { timeout: 5000 });
});

test.describe('by itself', () => {
  test.use({ readsFigures: true });

  test('figures are read once the map stands still, unless that is switched off', async ({ visit, start }) => {
    const { pid } = await start('resident');
    await visit.open(pid);
    const breakdown = visit.page.getByTestId('breakdown');
    await expect(breakdown.getByRole('table')).toBeVisible({ timeout: 15_000 });
    const automatic = breakdown.getByRole('switch', { name: /^Read by itself/ });
    await expect(automatic).toBeChecked();
    await automatic.click();
    await visit.page.reload();
    await visit.mapped();
    await expect(visit.page.getByTestId('breakdown').getByRole('switch')).not.toBeChecked();
    await visit.page.waitForTimeout(5000);
    await expect(visit.page.getByTestId('breakdown').getByRole('button', { name: 'Read figures' })).toBeVisible();
  });

  test('figures are read later if the page was hidden when the map stood still', async ({ visit, start }) => {
    await visit.open((await start('resident')).pid);
    await visit.see('hidden');
    const table = visit.page.getByTestId('breakdown').getByRole('table');
    await visit.page.waitForTimeout(6000);
    await expect(table).toHaveCount(0);
    await visit.see('visible');
    await expect(table).toBeVisible({ timeout: 15_000 });
  });

  test('two pages read the figures of one process one after the other, and nothing fails', async ({ visit, start, browser, daemon, complaints }) => {
    const { pid } = await start('many', '15000');
    // A browser of its own: two links in one browser are one session.
    const page = await browser.newPage();
    const other = new Visit(page, daemon);
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    const statuses: number[] = [];
    for (const each of [visit.page, page])
      each.on('response', (response) => {
        if (response.url().includes('/smaps')) statuses.push(response.status());
      });
    await Promise.all([visit.open(pid), other.open(pid)]);
    const again = [visit, other].map((each) => each.page.getByTestId('read-figures').getByRole('button', { name: 'Read again' }));
    for (const button of again) await expect(button).toBeVisible({ timeout: 30_000 });
    // Both at once, until one comes too soon.
    await expect(async () => {
      await Promise.all(again.map((button) => button.click({ timeout: 10_000 })));
      expect(statuses).toContain(202);
    }).toPass({ timeout: 30_000 });
    for (const button of again) await expect(button).toBeVisible();
    expect(new Set(statuses)).toEqual(new Set([200, 202]));
    await page.context().close();
  });
});
