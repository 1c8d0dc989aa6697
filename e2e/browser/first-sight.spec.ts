import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import type { TextBox } from '../../web/src/draw/label/text-boxes.ts';
import { childrenOf } from '../daemon.ts';
import { Stage } from '../played/stage.ts';
import { Picture } from './picture.ts';
import { expect, test } from './test.ts';

/** The first view of a process: its libraries by name, both halves, and no word cut. */
const WIDE = { width: 1440, height: 900 };
test.use({ viewport: WIDE, contextOptions: { reducedMotion: 'reduce' } });

async function texts(page: Page): Promise<readonly TextBox[]> {
  await new Picture(page).settled();
  return page.evaluate(() => window.procmapDiagram?.texts ?? []);
}

function isLibrary({ text, place }: TextBox): boolean {
  return place === 'box' && /\.so(\.|$)/.test(text);
}

/** Texts that overlap, and texts that extend beyond the canvas. */
function faults(all: readonly TextBox[], width: number, height: number): string[] {
  const over = all.flatMap((a, k) =>
    all
      .slice(k + 1)
      .filter((b) => a.left < b.right - 0.5 && b.left < a.right - 0.5 && a.top < b.bottom - 0.5 && b.top < a.bottom - 0.5)
      .map((b) => `${a.text} lies over ${b.text}`),
  );
  const out = all.filter(({ left, right, top, bottom }) => left < 0 || right > width + 1 || top < 0 || bottom > height);
  return [...over, ...out.map(({ text }) => `${text} is cut`)];
}

async function expectReadable(page: Page): Promise<readonly TextBox[]> {
  const all = await texts(page);
  const box = await new Picture(page).canvas.boundingBox();
  expect(faults(all, box?.width ?? 0, box?.height ?? 0)).toEqual([]);
  return all;
}

/** Share of the height of the plot, which ends 12 px inside the canvas at both ends. */
function kernelShare(page: Page): Promise<number> {
  return page.evaluate(() => {
    const diagram = window.procmapDiagram;
    return ((diagram?.yOf(2 ** 52 - 2 ** 35) ?? NaN) - 12) / ((diagram?.heightPx ?? NaN) - 24);
  });
}

test('names the libraries of Chromium’s browser process, the largest first', { tag: '@main' }, async ({ visit }) => {
  const pid = childrenOf(process.pid).find((child) => readFileSync(`/proc/${child}/cmdline`, 'utf8').includes('chromium')) ?? 0;
  const lines = readFileSync(`/proc/${pid}/maps`, 'utf8').split('\n');
  const libraries = new Set(lines.flatMap((line) => / (\/.*\.so(?:\..*)?)$/.exec(line)?.[1] ?? []));
  expect(libraries.size).toBeGreaterThan(50);
  await visit.open(pid);
  const all = await expectReadable(visit.page);
  const named = all.filter(isLibrary);
  expect(named.length).toBeGreaterThanOrEqual(10);
  expect(new Set(named.map(({ text }) => text)).size).toBe(named.length);
  // Each block says how many others it holds; lists of other mappings do too.
  const others = all
    .flatMap(({ text, detail }) => Number(/^\+ ([\d,]+) more$/.exec(detail === '' ? text : detail)?.[1]?.replace(',', '') ?? 0))
    .reduce((a, b) => a + b, 0);
  expect(others).toBeGreaterThanOrEqual(libraries.size - named.length);
  expect(named.filter(({ text }) => text.includes('…'))).toEqual([]);
  expect(await kernelShare(visit.page)).toBeLessThanOrEqual(0.2501);
});

test.describe('of a server in Python', () => {
  test.use({ tolerated: /ERR_FAILED/ });

  test('names libraries, every region of the kernel once, and nothing twice', async ({ page }) => {
    const stage = await Stage.on(page);
    await stage.open();
    const all = await expectReadable(page);
    expect(all.filter(isLibrary).length).toBeGreaterThanOrEqual(8);
    expect(await kernelShare(page)).toBeLessThanOrEqual(0.2501);
    const names = all.filter(({ place }) => place !== 'address').map(({ text }) => text.replace(/, [\d.]+ [KMGTPE]?B$/, ''));
    for (const region of [
      'fixmap',
      'modules',
      'kernel image window',
      'EFI',
      'espfix',
      'cpu_entry_area',
      'vmemmap',
      'vmalloc',
      'direct map',
      'LDT remap',
      'guard hole',
    ])
      expect(
        names.filter((name) => name === region),
        region,
      ).toHaveLength(1);
    for (const name of ['[stack]', '[heap]', 'python3.11'])
      expect(
        names.filter((each) => each === name),
        name,
      ).toHaveLength(1);

    await page.keyboard.press('k');
    const opened = (await expectReadable(page)).map(({ text }) => text.replace(/, [\d.]+ [KMGTPE]?B$/, ''));
    for (const region of [
      'fixmap',
      'modules',
      'kernel image window',
      'EFI',
      'espfix',
      'cpu_entry_area',
      'vmemmap',
      'vmalloc',
      'direct map',
      'LDT remap',
      'guard hole',
    ])
      expect(
        opened.filter((name) => name === region),
        region,
      ).toHaveLength(1);
  });

  test('opens the kernel half by a key, a click and the keyboard, and is so again after Back', async ({ page }) => {
    const stage = await Stage.on(page);
    await stage.open();
    const head = page.getByRole('button', { name: 'Kernel half' });
    await expect(head).toHaveAttribute('aria-expanded', 'false');
    await page.keyboard.press('k');
    await expect(head).toHaveAttribute('aria-expanded', 'true');
    expect(await kernelShare(page)).toBeGreaterThan(0.4);
    // Beside the names of the regions, it still shows its title and what it does.
    await expect(head).toContainText(/Kernel half\s*close K$/);
    const canvas = await new Picture(page).canvas.boundingBox();
    const words = await head.locator('.strip').boundingBox();
    const left = Math.min(...(await texts(page)).map((text) => text.left));
    expect((words?.x ?? 0) + (words?.width ?? 0)).toBeLessThanOrEqual((canvas?.x ?? 0) + left);
    await expect.poll(() => new URL(page.url()).hash).toContain('kernel=open');
    await head.click();
    await expect(head).toHaveAttribute('aria-expanded', 'false');
    expect(await kernelShare(page)).toBeLessThanOrEqual(0.2501);
    await head.press('Enter');
    await expect(head).toHaveAttribute('aria-expanded', 'true');
    // On the linear scale the half has its real height, and there is nothing to open.
    await page.getByRole('radio', { name: 'Linear' }).click();
    await expect(head).toHaveCount(0);
    await page.getByRole('radio', { name: 'Log' }).click();
    await page.getByRole('radio', { name: 'User' }).click();
    await expect(head).toHaveCount(0);
  });

  test('a name in a list stands for what it names: under the pointer, clicked, and opened', async ({ page }) => {
    const stage = await Stage.on(page);
    await stage.open();
    const box = await new Picture(page).canvas.boundingBox();
    const listed = (await texts(page)).find(({ text }) => text === 'libcrypto.so.3');
    const [x, y] = [(box?.x ?? 0) + (listed?.left ?? 0) + 10, (box?.y ?? 0) + ((listed?.top ?? 0) + (listed?.bottom ?? 0)) / 2];
    const title = page.getByTestId('inspector').getByRole('heading', { level: 3 });
    await page.mouse.move(x, y);
    await expect(title).toContainText('libcrypto.so.3');
    await page.mouse.dblclick(x, y);
    await expect(title).toContainText('libcrypto.so.3');
    await new Picture(page).settled();
    const { firstPage, lastPage } = await new Picture(page).view();
    // All of its five mappings.
    expect(firstPage).toBeLessThanOrEqual(0x7efdf2800);
    expect(lastPage).toBeGreaterThanOrEqual(0x7efdf2c85);
    expect(lastPage - firstPage).toBeLessThan(0x1000);
  });

  test('keeps the legend where it is while the pointer moves', async ({ page }) => {
    const stage = await Stage.on(page);
    await stage.open();
    const rows = page.getByTestId('legend').locator('[data-class]');
    const places = () => rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect().top));
    const before = await places();
    expect(before.length).toBeGreaterThan(10);
    const { x, y } = await new Picture(page).pointAt(300);
    for (const dy of [0, 60, 200, 400]) {
      await page.mouse.move(x, y + dy);
      await expect(page.getByTestId('inspector')).toHaveAttribute('data-mode', 'hover');
      expect(await places()).toEqual(before);
    }
  });

  for (const size of [
    { width: 1024, height: 768 },
    { width: 640, height: 450 },
    { width: 360, height: 740 },
  ]) {
    test(`can be read at ${size.width} × ${size.height}, closed, opened and zoomed into`, async ({ page }) => {
      await page.setViewportSize(size);
      const stage = await Stage.on(page);
      await stage.open();
      await expectReadable(page);
      await page.keyboard.press('k');
      await expectReadable(page);
      await page.keyboard.press('k');
      await page.mouse.move(size.width / 2, size.height / 2);
      for (let i = 0; i < 4; i++) {
        await page.keyboard.press('+');
        await expectReadable(page);
      }
    });
  }
});
