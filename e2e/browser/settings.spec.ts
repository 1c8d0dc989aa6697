import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/** The user's settings: colours, part, scale. */
test('the theme is the system’s until one is chosen, and is kept then', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page, picture } = visit;
  const surface = async (): Promise<boolean> => (await picture.row(2))[2] === (await picture.colour('surface'));
  const isDark = (): Promise<boolean> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme === 'dark');

  expect(await isDark()).toBe(true);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await expect.poll(isDark).toBe(false);
  await expect.poll(surface).toBe(true);

  await visit.choose('Theme', 'Dark');
  await expect.poll(isDark).toBe(true);
  await expect.poll(surface).toBe(true);
  await page.reload();
  await visit.mapped();
  expect(await isDark()).toBe(true);

  await visit.choose('Theme', 'Light');
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  expect(await isDark()).toBe(false);
  await expect.poll(surface).toBe(true);
  await visit.choose('Theme', 'Same as system');
  await expect.poll(isDark).toBe(true);
});

test('each half can be shown alone, on a logarithmic or linear scale', async ({ visit, start, daemon }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { task_size, regions } = await daemon.json<{ task_size: string; regions: { space: string; start: string }[] }>(`/api/processes/${known.pid}/map`);
  const page = (address: string | undefined): number => Number(BigInt(address ?? -1) >> 12n);
  const kernelStart = page(regions.findLast(({ space }) => space === 'kernel')?.start);
  const range = async (name: string): Promise<number[]> => {
    await visit.page.getByRole('radio', { name }).click();
    await visit.picture.settled();
    const { firstPage, lastPage } = await visit.picture.view();
    return [firstPage, lastPage];
  };
  expect(await range('Kernel')).toEqual([kernelStart, 2 ** 52]);
  const [first = -1, last = -1] = await range('User');
  expect(first).toBe(0);
  expect(last).toBeGreaterThanOrEqual(page(task_size));
  expect(last).toBeLessThan(kernelStart);
  expect(await range('Both')).toEqual([0, 2 ** 52]);
  // Also by the arrow keys of a radio group.
  await visit.page.getByRole('radio', { name: 'Both' }).press('ArrowRight');
  await expect(visit.page.getByRole('radio', { name: 'User' })).toBeChecked();

  // The scale, of the user's half.
  const { picture } = visit;
  await picture.settled();
  const { lastPage } = await picture.view();
  const [top, bottom] = [await picture.yOf(lastPage), await picture.yOf(0)];
  const half = async (scale: string): Promise<number> => {
    await visit.page.getByRole('radio', { name: scale }).click();
    await picture.settled();
    return (bottom - (await picture.yOf(lastPage / 2))) / (bottom - top);
  };
  expect(await half('Linear')).toBeCloseTo(0.5, 2);
  expect(Math.abs((await half('Log')) - 0.5)).toBeGreaterThan(0.05);
});

test.describe('with one half folded away', () => {
  async function fold(visit: Visit, half: 'User' | 'Kernel'): Promise<void> {
    await visit.page.getByRole('radio', { name: half }).click();
    await visit.picture.settled();
  }

  /** The page is visible in the whole space, and the inspector describes it. */
  async function expectThere(visit: Visit, address: number): Promise<void> {
    await expect(visit.page.getByRole('radio', { name: 'Both' })).toBeChecked();
    await expect(visit.fact('start')).toHaveText(hex(address));
    await visit.picture.settled();
    const { firstPage, lastPage } = await visit.picture.view();
    expect(firstPage).toBeLessThanOrEqual(address / PAGE_BYTES);
    expect(lastPage).toBeGreaterThan(address / PAGE_BYTES);
    const y = await visit.picture.middleOf(address / PAGE_BYTES, address / PAGE_BYTES + 1);
    expect(y).toBeGreaterThanOrEqual(0);
    expect(y).toBeLessThanOrEqual(await visit.picture.height());
  }

  test('going to a place inside shows it again', async ({ visit, start, daemon }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page } = visit;
    const { regions } = await daemon.json<{ regions: { kind: string; space: string; start: string; name: string }[] }>(`/api/processes/${known.pid}/map`);
    const heap = Number(regions.find(({ kind }) => kind === 'heap')?.start);
    const hole = Number(regions.find(({ kind }) => kind === 'hole')?.start);
    const library = Number(regions.findLast(({ name }) => name.includes('libc.so'))?.start);

    await fold(visit, 'Kernel');
    await visit.search.fill('kind:heap');
    await visit.search.press('Enter');
    await expectThere(visit, heap);

    // For a region that is already selected: by the button, by Enter, and via its neighbours.
    await visit.search.press('Escape');
    await visit.search.press('Escape');
    await page.mouse.move(1, 1);
    for (const go of [
      () => visit.inspector.getByRole('button', { name: 'Zoom to it' }).click(),
      async () => {
        await page.getByRole('radio', { name: 'Kernel' }).blur();
        await page.keyboard.press('Enter');
      },
      async () => {
        await page.keyboard.press('[');
        await page.keyboard.press(']');
      },
      async () => {
        await visit.inspector.getByRole('button', { name: /^Above/ }).click();
        await visit.inspector.getByRole('button', { name: /^Below/ }).click();
      },
    ]) {
      await fold(visit, 'Kernel');
      await go();
      await expectThere(visit, heap);
    }

    // The address is the first of the kernel half.
    await fold(visit, 'User');
    await visit.search.fill('0xffff800000000000');
    await visit.search.press('Enter');
    await expect(page.getByRole('radio', { name: 'Both' })).toBeChecked();
    await visit.picture.settled();
    expect((await visit.picture.view()).firstPage).toBeGreaterThan(hole / PAGE_BYTES);

    await visit.search.fill('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await fold(visit, 'Kernel');
    await page.getByText('Program', { exact: true }).click();
    await page.getByTestId('libraries').getByRole('button', { name: /libc/ }).click();
    await expectThere(visit, library);
  });

  test('nothing inside is outlined, and stepping begins in the visible part', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page, picture } = visit;
    await visit.search.fill('kind:heap');
    await visit.search.press('Enter');
    await expect(visit.fact('start')).toBeVisible();
    await visit.search.press('Escape');
    await visit.search.press('Escape');
    await page.mouse.move(1, 1);
    await fold(visit, 'Kernel');
    await page.keyboard.press('Home');
    await picture.settled();
    const accent = await picture.colour('accent');
    const bottom = await picture.yOf(0);
    for (let y = Math.round(bottom) - 6; y < Math.min(await picture.height(), bottom + 6); y++) expect(await picture.count(y, accent), `at ${y}`).toBe(0);

    // Zooming keeps the middle then, since the selection is not visible.
    const middle = await picture.pageAt((await picture.height()) / 2);
    for (let i = 0; i < 3; i++) await page.keyboard.press('+');
    await picture.settled();
    const { firstPage, lastPage } = await picture.view();
    expect((middle - firstPage) / (lastPage - firstPage)).toBeGreaterThan(0.2);
    expect((middle - firstPage) / (lastPage - firstPage)).toBeLessThan(0.8);

    await page.keyboard.press('Escape');
    await fold(visit, 'User');
    await page.getByRole('radio', { name: 'User' }).blur();
    await page.keyboard.press(']');
    await expect(page.locator('[data-mode="pinned"]')).toBeVisible();
    await expect(page.getByRole('radio', { name: 'User' })).toBeChecked();
  });
});

test('another scale keeps the viewed place visible, and the previous scale leads back', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const { page, picture } = visit;
  const { start: address = 0, length = 0 } = known.mappings.find(({ name }) => name === 'shared') ?? {};
  const range = [address / PAGE_BYTES, (address + length) / PAGE_BYTES] as const;
  const extent = async (): Promise<{ top: number; bottom: number; height: number }> => ({
    top: await picture.yOf(range[1]),
    bottom: await picture.yOf(range[0]),
    height: await picture.height(),
  });
  const scale = async (name: string): Promise<void> => {
    await page.getByRole('radio', { name }).click();
    await page.mouse.move(1, 1);
    await picture.settled();
  };
  for (const selected of [true, false])
    for (const steps of [2, 5, 9]) {
      // Deselects, since going to a selected address again would zoom to its page.
      await page.keyboard.press('Escape');
      await scale('Log');
      await visit.goTo(address);
      if (!selected) await page.keyboard.press('Escape');
      for (let i = 0; i < steps; i++) await page.keyboard.press('-');
      await picture.settled();
      const before = await picture.view();
      const middle = await picture.pageAt((await picture.height()) / 2);
      const log = await extent();
      expect(log.bottom - log.top).toBeLessThan(log.height / 2);
      await scale('Linear');
      const linear = await extent();
      if (selected) {
        expect(linear.bottom - linear.top).toBeGreaterThanOrEqual(17.9);
        expect(linear.top).toBeGreaterThanOrEqual(0);
        expect(linear.bottom).toBeLessThanOrEqual(linear.height);
      } else {
        // The middle has stayed about the same.
        const { firstPage, lastPage } = await picture.view();
        expect(firstPage).toBeLessThanOrEqual(middle);
        expect(lastPage).toBeGreaterThan(middle);
      }
      await scale('Log');
      const after = await picture.view();
      expect([after.firstPage, after.lastPage]).toEqual([before.firstPage, before.lastPage]);
    }
});
