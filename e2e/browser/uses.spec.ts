import { knownThread } from '../../server/src/reader/threads/threads.fixture.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES } from './visit.ts';

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
  await breakdown.getByRole('button', { name: /^Parts of thread stacks/ }).click();
  await expect(breakdown.getByText('main thread')).toHaveCount(0);
  await expect(breakdown.locator('tr.part').first()).toBeVisible();
  await row.getByRole('button', { name: /^thread stacks/ }).click();
  await expect(visit.search).toHaveValue('use:thread_stack');
  await expect(visit.verdict).toContainText(String(STACKS + 1));
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
});
