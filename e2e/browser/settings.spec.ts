import { expect, test } from './test.ts';

/** How the person wants to see it: colours, part, scale. */
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
  await visit.choose('Theme', 'As the system');
  await expect.poll(isDark).toBe(true);
});

test('the user’s and the kernel’s half can be had alone, by logarithm or in proportion', async ({ visit, start, daemon }) => {
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
  // By the keys of a radio group, too.
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
