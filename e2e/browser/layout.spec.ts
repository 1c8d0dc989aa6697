import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/** Nothing is cut or overlaps, and the page never scrolls sideways: on large and small screens, in light and dark. */
interface Box {
  readonly what: string;
  readonly x: number;
  readonly y: number;
  readonly right: number;
  readonly bottom: number;
  /** The text needs more room than there is. */
  readonly cut: boolean;
}

async function boxesOf(locator: Locator): Promise<Box[]> {
  return locator.evaluateAll((elements) =>
    elements
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && element.getBoundingClientRect().width > 1)
      .map((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        const what = element.getAttribute('aria-label') ?? element.textContent.trim();
        return { what, x: left, y: top, right, bottom, cut: element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline' };
      }),
  );
}

function expectApart(boxes: readonly Box[], page: Page): void {
  const { width, height } = page.viewportSize() ?? { width: 0, height: 0 };
  expect(boxes.length).toBeGreaterThan(0);
  for (const box of boxes) {
    expect(box.cut, `${box.what} is cut`).toBe(false);
    expect(box.x >= 0 && box.right <= width && box.y >= 0 && box.bottom <= height, `${box.what} is on the page`).toBe(true);
  }
  for (const [i, a] of boxes.entries())
    for (const b of boxes.slice(i + 1)) {
      const apart = a.right <= b.x + 0.5 || b.right <= a.x + 0.5 || a.bottom <= b.y + 0.5 || b.bottom <= a.y + 0.5;
      expect(apart, `${a.what} and ${b.what} are apart`).toBe(true);
    }
}

async function expectFits(visit: Visit): Promise<void> {
  const { page } = visit;
  const scroll = await page.evaluate(() => [document.documentElement.scrollWidth - innerWidth, document.body.scrollWidth - innerWidth, scrollX]);
  expect(scroll).toEqual([0, 0, 0]);
  expectApart(await boxesOf(page.locator('header > h1, header > button, header > .search, header .tools > *')), page);
  expectApart(await boxesOf(visit.status.locator('> .item')), page);
}

for (const [room, viewport] of [
  ['at a desk', { width: 1440, height: 900 }],
  ['between', { width: 1000, height: 700 }],
  ['in a hand', { width: 360, height: 740 }],
] as const)
  test.describe(room, () => {
    test.use({ viewport });

    test('everything has its place, in the dark and in the light', async ({ visit, start }) => {
      const { page } = visit;
      const known = await start('known');
      await visit.open();
      await expectFits(visit);
      await page.goto(await visit.link(known.pid));
      await visit.mapped();
      await expectFits(visit);
      await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
      await expectFits(visit);
      await visit.search.fill('w+x');
      await expectFits(visit);
      await known.stop();
      await expect(visit.banner).toBeVisible();
      await expectFits(visit);
      for (const part of [visit.banner, visit.picture.canvas]) {
        const box = await part.boundingBox();
        expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 0) <= viewport.width).toBe(true);
      }
    });

    test('no text in the inspector is cut, however long', async ({ visit }) => {
      const folder = mkdtempSync(join(tmpdir(), 'procmap-long-'));
      const file = join(folder, `lib${'x'.repeat(120)}`);
      copyFileSync('/bin/cat', file);
      const child = spawn(file, { stdio: ['pipe', 'pipe', 'inherit'] });
      try {
        child.stdin.write('up\n');
        await once(child.stdout, 'data');
        rmSync(file);
        await visit.open(child.pid);
        await visit.search.fill('libxxx');
        await visit.search.press('Enter');
        if (!(await visit.inspector.isVisible())) await visit.page.locator('.page > button').click();
        await expect(visit.page.getByTestId('build-id')).toHaveText(/^[0-9a-f]{40}$|not known/);
        const values = await boxesOf(visit.inspector.locator('dd, dd *, h3, .neighbours button, .neighbours bdi'));
        expect(values.length).toBeGreaterThan(10);
        expect(values.filter(({ cut }) => cut).map(({ what }) => what)).toEqual([]);
        const scroll = await visit.inspector.locator('.scroll').boundingBox();
        expect(values.filter(({ right }) => right > (scroll?.x ?? 0) + (scroll?.width ?? 0)).map(({ what }) => what)).toEqual([]);
      } finally {
        child.kill('SIGKILL');
        rmSync(folder, { recursive: true });
      }
    });

    test('menus and the list of keys are whole', async ({ visit, start }) => {
      const { page } = visit;
      await visit.open((await start('known')).pid);
      const more = page.getByRole('button', { name: 'View and export' });
      if (await more.isVisible()) await more.click();
      for (const name of ['Rate', 'Export', 'Theme']) {
        await page.getByRole('button', { name: new RegExp(`^${name}(:|$)`) }).click();
        const menu = page.getByRole('menu', { name });
        expectApart(await boxesOf(menu), page);
        expectApart(await boxesOf(menu.locator('button')), page);
        // It is aligned with one edge of its own button.
        const [list, button] = [await menu.boundingBox(), await menu.locator('..').boundingBox()];
        if (list === null || button === null) throw new Error('there is no menu');
        expect(Math.min(Math.abs(list.x - button.x), Math.abs(list.x + list.width - button.x - button.width))).toBeLessThan(1.5);
        await page.keyboard.press('Escape');
        await expect(menu).toBeHidden();
      }
      if (await more.isVisible()) await page.keyboard.press('Escape');
      await page.keyboard.press('?');
      const help = page.getByTestId('help');
      await expect(help).toBeVisible();
      expectApart(await boxesOf(help), page);
      expectApart(await boxesOf(help.locator('dd, h2')), page);
      // The words for the search are listed on request.
      await help.getByRole('button', { name: 'All uses' }).click();
      await expect(help.getByText('use:thread_stack')).toBeVisible();
      await page.keyboard.press('Escape');
      await expect(help).toBeHidden();
    });
  });

test.describe('on a narrow page', () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test('a tap selects, the sheet shows details, and everything can be closed again', { tag: '@main' }, async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { x, y } = await visit.picture.pointAt(await visit.picture.within(2 ** 35, 2 ** 51));
    await visit.page.touchscreen.tap(x, y);
    const peek = visit.page.locator('button[aria-expanded]', { hasText: 'Non-canonical hole' });
    await expect(peek).toBeVisible();
    await peek.tap();
    await expect(visit.title).toHaveText('Non-canonical hole');
    expectApart(await boxesOf(visit.inspector), visit.page);
    await peek.tap();
    await expect(visit.inspector).toBeHidden();
    await visit.page.locator('header .chip').tap();
    await expect(visit.picker).toBeVisible();
    expectApart(await boxesOf(visit.picker), visit.page);
    await visit.picker.getByRole('button', { name: 'Hide the processes' }).tap();
    await expect(visit.picker).toBeHidden();
  });

  test('the legend is as wide as the sheet, and no figure of it is cut', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page } = visit;
    await page.getByRole('button', { name: 'Figures, legend and details' }).tap();
    const legend = page.getByTestId('legend');
    await legend.scrollIntoViewIfNeeded();
    expect(await legend.getByRole('button').count()).toBeGreaterThan(10);
    for (const row of await legend.getByRole('button').all()) {
      const box = await row.boundingBox();
      expect((box?.x ?? -1) >= 0 && (box?.x ?? 0) + (box?.width ?? 361) <= 360).toBe(true);
      expect(box?.width).toBeGreaterThan(300);
      const cut = await row.evaluate((button) =>
        [...button.children].filter((part) => part.scrollWidth > part.clientWidth && part.clientWidth > 0).map((part) => part.textContent),
      );
      expect(cut).toEqual([]);
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  });

  test('the sheet does not cover the selection', async ({ visit, start }) => {
    const known = await start('known');
    const shared = known.mappings.find(({ name }) => name === 'shared') ?? { start: 0, length: 0 };
    await visit.open(known.pid);
    await visit.search.fill(hex(shared.start));
    await visit.search.press('Enter');
    await visit.picture.settled();
    await visit.page.locator('.page > button').tap();
    await expect(visit.inspector).toBeVisible();
    await visit.picture.settled();
    const [sheet, canvas] = [await visit.inspector.boundingBox(), await visit.picture.canvas.boundingBox()];
    const top = await visit.picture.yOf((shared.start + shared.length) / PAGE_BYTES);
    const bottom = await visit.picture.yOf(shared.start / PAGE_BYTES);
    expect(top).toBeGreaterThanOrEqual(0);
    expect(bottom - top).toBeGreaterThan(8);
    expect((canvas?.y ?? 0) + bottom).toBeLessThanOrEqual(sheet?.y ?? 0);
  });

  test('the controls make way for the table', async ({ visit, start }) => {
    await visit.open((await start('known')).pid);
    const more = visit.page.getByRole('button', { name: 'View and export' });
    await more.tap();
    await visit.page.getByTestId('table-toggle').tap();
    await expect(more).toHaveAttribute('aria-expanded', 'false');
    await expect(visit.page.getByTestId('table')).toBeVisible();
  });

  test('the sheet does not cover why there is nothing to see', async ({ visit, start }) => {
    await visit.open((await start('known')).pid);
    await visit.page.getByRole('button', { name: 'Figures, legend and details' }).tap();
    await expect(visit.inspector).toBeVisible();
    await visit.page.evaluate(() => (location.hash = 'pid=4194303'));
    await expect(visit.empty).toContainText('No such process');
    await expect(visit.inspector).toBeHidden();
  });

  test('a file is shown by its base name, not by the beginning of its path', async ({ visit, start }) => {
    await visit.open((await start('known')).pid);
    await visit.search.fill('libc.so');
    await visit.search.press('Enter');
    const name = visit.page.locator('.page > button bdi');
    await expect(name).toHaveText('libc.so.6');
    await expect(name).toHaveAttribute('title', /^\/.*\/libc\.so\.6$/);
    expect((await boxesOf(name)).map(({ cut }) => cut)).toEqual([false]);
  });
});

test.describe('between', () => {
  test.use({ viewport: { width: 1000, height: 700 } });

  test('the drawer of processes is opened to type in, and closes when one is picked', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open();
    await visit.page.locator('header .chip').click();
    await expect(visit.picker.getByRole('textbox')).toBeFocused();
    await visit.page.keyboard.type(String(known.pid));
    await expect(visit.row(known.pid)).toBeVisible();
    await visit.row(known.pid).click();
    await expect(visit.picker).toBeHidden();
    await visit.mapped();
    // Its figures do not depend on the list being shown.
    await expect(visit.inspector).toContainText('sleeping');
    const lists = visit.stream.of('processes').length;
    await expect.poll(() => visit.stream.of('processes').length).toBeGreaterThan(lists + 1);
  });
});
