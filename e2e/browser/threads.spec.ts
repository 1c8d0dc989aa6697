import { readdirSync, readFileSync } from 'node:fs';
import type { Locator, Page } from '@playwright/test';
import { audit } from './audit.ts';
import { changeStream } from './change-stream.ts';
import { type Mapping, mapsOf } from './table.ts';
import { expect, test } from './test.ts';
import type { Visit } from './visit.ts';

/** The list of threads, with answers made up from what the kernel says of a real process. */
interface ThreadJson {
  readonly tid: number;
  readonly comm: string;
  readonly state: string;
  readonly stack: {
    readonly start: string;
    readonly end: string;
    readonly size: number;
    readonly resident_kb: number | null;
    readonly guard: number | null;
  } | null;
  readonly evidence: string;
}

/** The mappings right above a guard: stacks of threads. */
function stacksOf(pid: number): Mapping[] {
  const maps = mapsOf(pid);
  return maps.filter((each, i) => each.perms === 'rw-p' && each.name === '' && maps[i + 1]?.perms === '---p' && maps[i + 1]?.end === each.start);
}

/** Threads of a process, the main one without a stack; the second stack has no guard. */
function threadsOf(pid: number): ThreadJson[] {
  const stacks = stacksOf(pid);
  return readdirSync(`/proc/${pid}/task`).map((task, i) => {
    const stack = i === 0 ? undefined : stacks[i - 1];
    const tid = Number(task);
    return {
      tid,
      comm: i === 0 ? readFileSync(`/proc/${pid}/comm`, 'utf8').trim() : `worker-${i}`,
      state: 'S',
      stack: stack === undefined ? null : { start: stack.start, end: stack.end, size: stack.pages * 4096, resident_kb: 8 * i, guard: i === 2 ? 0 : 4096 },
      evidence: stack === undefined ? 'it was running at each look' : `the stack pointer of thread ${tid} lies in it`,
    };
  });
}

class Threads {
  readonly root: Locator;
  readonly grid: Locator;
  readonly rows: Locator;
  readonly active: Locator;

  constructor(visit: Visit) {
    this.root = visit.page.getByTestId('threads');
    this.grid = this.root.getByTestId('threads-grid');
    this.rows = this.root.getByTestId('thread-row');
    this.active = this.root.locator('.row.active');
  }

  cells(column: string): Locator {
    return this.root.locator(`[data-column="${column}"]`);
  }

  head(name: string): Locator {
    return this.root.getByRole('columnheader', { name, exact: true });
  }

  item(name: string): Locator {
    return this.root.locator(`[data-item="${name}"]`);
  }
}

async function answer(page: Page, threads: () => readonly ThreadJson[]): Promise<void> {
  await page.route(/\/api\/processes\/\d+\/threads/, (route) => route.fulfill({ json: threads() }));
}

test('lists threads with their stacks, sorts and filters them, and shows a stack in the picture', async ({ visit, start }) => {
  const { page } = visit;
  const subject = await start('threads', '5');
  const listed = threadsOf(subject.pid);
  const { tid = 0, stack = null } = listed[3] ?? {};
  await answer(page, () => listed);
  await visit.open(subject.pid);
  await page.keyboard.press('l');
  const threads = new Threads(visit);
  await expect(threads.rows).toHaveCount(listed.length);
  await expect(threads.item('threads')).toHaveText(`${listed.length} threads`);
  await expect(threads.item('no-guard')).toHaveText('1 without a guard');
  await expect(threads.item('not-found')).toHaveText('1 stack not found');
  await expect(threads.item('read-at')).toHaveText(/^as of \d\d:\d\d:\d\d, \d+ ms$/);
  const mine = page.locator(`#thread-${tid}`);
  await expect(mine.locator('[data-column="name"]')).toHaveText('worker-3');
  await expect(mine.locator('[data-column="state"]')).toHaveText('sleeping');
  await expect(mine.locator('[data-column="stack"]')).toHaveText(stack?.start ?? '');
  await expect(mine.locator('[data-column="used"]')).toHaveText('24 KB');
  await expect(mine.locator('[data-column="guard"]')).toHaveText('4 KB');
  await expect(page.locator(`#thread-${listed[2]?.tid ?? 0} [data-column="guard"]`)).toHaveText('no guard');
  await expect(page.locator(`#thread-${listed[0]?.tid ?? 0} [data-column="stack"]`)).toHaveText('not found');
  // The deepest first, then by name backwards.
  await threads.head('Used').click();
  await expect(threads.head('Used')).toHaveAttribute('aria-sort', 'descending');
  await expect(threads.cells('name').first()).toHaveText('worker-5');
  await threads.head('Name').click();
  await threads.head('Name').click();
  await expect(threads.cells('name').first()).toHaveText('worker-5');
  const filter = threads.root.getByRole('textbox');
  await filter.fill('worker-3');
  await expect(threads.rows).toHaveCount(1);
  await expect(threads.item('threads')).toHaveText(`1 of ${listed.length} threads`);
  await filter.fill('nobody');
  await expect(threads.root.locator('#threads-nothing')).toHaveText('No thread matches the filter.');
  await filter.press('Escape');
  await expect(threads.rows).toHaveCount(listed.length);
  await mine.click();
  await expect(visit.fact('start')).toHaveText(stack?.start ?? '');
  await expect(mine).toHaveAttribute('aria-selected', 'true');
  await visit.picture.settled();
  expect(await audit(page)).toEqual([]);
  await page.keyboard.press('l');
  await expect(threads.root).toHaveCount(0);
});

test('works by keyboard, as the table does, and gives its place to the table and back', async ({ visit, start }) => {
  const { page } = visit;
  const subject = await start('threads', '5');
  const listed = threadsOf(subject.pid);
  await answer(page, () => listed);
  await visit.open(subject.pid);
  await page.getByRole('button', { name: 'Threads', exact: true }).click();
  const threads = new Threads(visit);
  await expect(threads.grid).toHaveAttribute('aria-rowcount', String(listed.length + 1));
  await expect(threads.grid).toHaveAttribute('aria-colcount', '7');
  await threads.root.getByRole('textbox').focus();
  await page.keyboard.press('ArrowDown');
  await expect(threads.grid).toBeFocused();
  await expect(threads.grid).toHaveAttribute('aria-activedescendant', `thread-${listed[0]?.tid ?? 0}`);
  await page.keyboard.press('End');
  await expect(threads.grid).toHaveAttribute('aria-activedescendant', `thread-${listed.at(-1)?.tid ?? 0}`);
  await page.keyboard.press(' ');
  await expect(visit.fact('start')).toHaveText(listed.at(-1)?.stack?.start ?? '');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect(visit.fact('start')).toHaveText(listed.at(-2)?.stack?.start ?? '');
  await page.keyboard.press('ArrowRight');
  await expect(threads.grid).toHaveAttribute('aria-activedescendant', `thread-${listed.at(-2)?.tid ?? 0}-name`);
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('ArrowUp');
  await expect(threads.grid).toHaveAttribute('aria-activedescendant', 'threads-head-name');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(threads.head('Guard')).toHaveAttribute('aria-sort', 'ascending');
  await page.keyboard.press('t');
  await expect(page.getByTestId('table')).toBeVisible();
  await expect(threads.root).toHaveCount(0);
  await page.keyboard.press('l');
  await expect(threads.rows.first()).toBeVisible();
  await expect(page.getByTestId('table')).toHaveCount(0);
});

test('opens from the inspector of a stack, at its thread', async ({ visit, start }) => {
  const { page } = visit;
  const subject = await start('known');
  const stack = mapsOf(subject.pid).find(({ name }) => name === '[stack]') ?? { start: '', end: '', pages: 0 };
  const others = Array.from({ length: 500 }, (_, i): ThreadJson => ({ tid: i + 1, comm: `other-${i}`, state: 'S', stack: null, evidence: '' }));
  const main = { start: stack.start, end: stack.end, size: stack.pages * 4096, resident_kb: 12, guard: null };
  await answer(page, () => [...others, { tid: 1000, comm: 'main', state: 'S', stack: main, evidence: 'the kernel calls it [stack]' }]);
  await visit.open(subject.pid);
  await visit.goTo(Number(stack.start));
  await visit.inspector.getByRole('button', { name: 'Threads' }).click();
  const threads = new Threads(visit);
  await expect(threads.grid).toBeFocused();
  await expect(threads.active).toHaveAttribute('id', 'thread-1000');
  await expect(threads.active).toBeInViewport();
  await expect(threads.active).toHaveAttribute('aria-selected', 'true');
});

test('has only the visible ones of 10,000 threads in the page', async ({ visit, start }) => {
  const { page } = visit;
  const subject = await start('known');
  const many = Array.from({ length: 10_000 }, (_, i): ThreadJson => ({ tid: i + 1, comm: `worker-${i}`, state: 'S', stack: null, evidence: '' }));
  await answer(page, () => many);
  await visit.open(subject.pid);
  await page.keyboard.press('l');
  const threads = new Threads(visit);
  await expect(threads.grid).toHaveAttribute('aria-rowcount', '10001');
  expect(await threads.rows.count()).toBeLessThan(60);
  await threads.grid.focus();
  await page.keyboard.press('End');
  await expect(threads.active.locator('[data-column="name"]')).toHaveText('worker-9999');
  await expect(threads.active).toBeInViewport();
});

test('say why no stack is known where the kernel forbids to ask', async ({ visit, start }) => {
  const { page } = visit;
  const denied = 'kernel.ptrace_scope is 2 (yama); start procmap as root';
  await changeStream(page, ['threads'], (message) => [{ ...message, pages: (message['pages'] as unknown[]).map(() => null), denied }]);
  await visit.open((await start('threads', '2')).pid);
  await page.keyboard.press('l');
  await expect(page.getByTestId('threads-denied')).toHaveText('Kernel.ptrace_scope is 2 (yama); start procmap as root.');
  expect(await audit(page)).toEqual([]);
});

test.describe('with errors', () => {
  test.use({ tolerated: /status of 503/ });

  test('says why nothing can be read, what takes long, and lets go of it', async ({ visit, start }) => {
    const { page } = visit;
    const subject = await start('threads', '2');
    const path = /\/api\/processes\/\d+\/threads/;
    await page.route(path, (route) => route.fulfill({ status: 503, json: { error: 'stalled', message: 'the kernel did not answer in time' } }));
    await visit.open(subject.pid);
    await page.keyboard.press('l');
    const threads = new Threads(visit);
    await expect(threads.root.getByRole('alert')).toHaveText('The kernel did not answer in time.');
    await expect(threads.root.locator('#threads-nothing')).toHaveText('The threads were not read.');
    await page.unroute(path);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route(path, async (route) => {
      await held;
      await route.fulfill({ json: threadsOf(subject.pid) }).catch(() => undefined);
    });
    const again = threads.root.getByRole('button', { name: 'Read again' });
    await again.click();
    await expect(threads.root.getByRole('progressbar')).toBeVisible();
    await threads.root.getByRole('button', { name: 'Cancel' }).click();
    await expect(again).toBeEnabled();
    release();
    await again.click();
    await expect(threads.rows).toHaveCount(3);
    await expect(threads.root.getByRole('alert')).toHaveCount(0);
  });
});

test.describe('in a hand', () => {
  test.use({ viewport: { width: 360, height: 740 } });

  test('is a sheet below the picture, with what matters most', async ({ visit, start }) => {
    const { page } = visit;
    const subject = await start('threads', '5');
    const listed = threadsOf(subject.pid);
    await answer(page, () => listed);
    await visit.open(subject.pid);
    await page.getByRole('button', { name: 'View and export' }).click();
    await page.getByRole('button', { name: 'Threads', exact: true }).click();
    const threads = new Threads(visit);
    await expect(threads.rows).toHaveCount(listed.length);
    await expect(threads.root.getByRole('columnheader')).toHaveText(['Name', 'ID', 'Used', 'Guard']);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await threads.rows.nth(1).click();
    await expect(threads.rows.nth(1)).toHaveAttribute('aria-selected', 'true');
    const [picture, sheet] = [await visit.picture.canvas.boundingBox(), await threads.root.boundingBox()];
    expect(picture?.height).toBeGreaterThan(100);
    expect((picture?.y ?? 0) + (picture?.height ?? 0)).toBeLessThanOrEqual((sheet?.y ?? 0) + 1);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expect(threads.root).toHaveCount(0);
  });
});

test('are those of a real process, as the daemon tells them', async ({ visit, start, page }) => {
  const subject = await start('threads', '5');
  await visit.open(subject.pid);
  await page.keyboard.press('l');
  const threads = new Threads(visit);
  await expect(threads.rows).toHaveCount(6);
  for (const line of subject.printed) await expect(threads.root).toContainText(line.split(' ')[0] ?? '');
  await expect(threads.root).toContainText('256 KB');
});
