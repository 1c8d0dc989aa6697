import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_PRESENT, PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES } from './visit.ts';

/** Colouring of the picture, the effect of a filter, and the overview strip. */
test('is coloured by kind, by permissions or by file, and the legend names and finds the classes', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const legend = visit.page.getByTestId('legend');
  const target = known.mappings.find(({ perms, path }) => perms === 'rw-p' && path === '');
  if (target === undefined) throw new Error('the fixture has private memory');
  await visit.goTo(target.start);
  await visit.page.keyboard.press('Escape');
  const y = await visit.picture.within(target.start / PAGE_BYTES, (target.start + target.length) / PAGE_BYTES, 0.2);
  const looks = async (token: string): Promise<number> => visit.picture.count(y, await visit.picture.colour(token));
  expect(await looks('kind-anon')).toBeGreaterThan(200);

  await visit.choose('Colour', 'By permissions');
  await visit.page.mouse.move(1, 1);
  await expect.poll(() => looks('perms-rw_')).toBeGreaterThan(200);
  await expect(legend).toContainText('r-x private');
  // A click on a class of the legend sets a filter and keeps it; a second click removes it.
  const readOnly = legend.locator('[data-class="perms-r--p"]');
  await readOnly.click();
  await expect(visit.search).toHaveValue('perm:r-- type:p');
  await expect(readOnly).toHaveAttribute('aria-pressed', 'true');
  // Regions that do not match are faded.
  await expect.poll(() => looks('perms-rw_')).toBe(0);
  await readOnly.click();
  await expect(visit.search).toHaveValue('');
  await expect.poll(() => looks('perms-rw_')).toBeGreaterThan(200);

  await visit.choose('Colour', 'By file');
  await expect(legend).toContainText('libc.so.6');
  await expect.poll(() => looks('kind-anon')).toBeGreaterThan(200);
  // Kept for the next visit.
  await visit.page.reload();
  await expect(visit.page.getByTestId('legend')).toHaveAttribute('data-colouring', 'file');
});

test('changes the colouring, and goes from match to match, by keyboard only', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const legend = visit.page.getByTestId('legend');
  for (const colouring of ['use', 'perms', 'file', 'residency', 'kind']) {
    await visit.page.keyboard.press('c');
    await expect(legend).toHaveAttribute('data-colouring', colouring);
  }
  await visit.search.fill('libc.so.6');
  const count = Number(await visit.verdict.innerText());
  expect(count).toBeGreaterThan(2);
  await visit.picture.canvas.focus();
  for (const [key, at] of [
    ['n', 1],
    ['n', 2],
    ['Shift+N', 1],
    ['Shift+N', count],
  ] as const) {
    await visit.page.keyboard.press(key);
    await expect(visit.verdict).toHaveText(`${at} / ${count}`);
  }
});

test('has a pattern for each class if chosen', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const target = known.mappings.find(({ perms, path }) => perms === 'rw-p' && path === '');
  if (target === undefined) throw new Error('the fixture has private memory');
  await visit.goTo(target.start);
  await visit.page.keyboard.press('Escape');
  const y = await visit.picture.within(target.start / PAGE_BYTES, (target.start + target.length) / PAGE_BYTES, 0.2);
  const anon = await visit.picture.colour('kind-anon');
  const before = await visit.picture.count(y, anon);
  expect(before).toBeGreaterThan(300);
  await visit.page.getByRole('switch', { name: 'Patterns as well as colours' }).click();
  await visit.page.mouse.move(1, 1);
  await expect.poll(() => visit.picture.count(y, anon)).toBeLessThan(0.8 * before);
});

test('shows the state of each page in its mapping', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const target = known.mappings.find(({ perms, path, length }) => perms === 'rw-p' && path === '' && length >= 3 * PAGE_BYTES);
  if (target === undefined) throw new Error('the fixture has private memory');
  await visit.goTo(target.start);
  const first = target.start / PAGE_BYTES;
  for (const [states, tokens] of [
    [
      [PAGE_PRESENT | PAGE_EXCLUSIVE, PAGE_PRESENT, PAGE_SWAPPED],
      ['page-anon', 'page-anon-shared', 'page-swapped'],
    ],
    [
      [PAGE_PRESENT | PAGE_FILE | PAGE_EXCLUSIVE, PAGE_PRESENT | PAGE_FILE, 0],
      ['page-file', 'page-file-shared', 'page-absent'],
    ],
  ] as const) {
    await visit.page.evaluate(
      ({ at, bits }) => {
        window.procmapDiagram?.marks.setPageStates({ startPage: at, flags: Uint8Array.from(bits) });
      },
      { at: first, bits: states },
    );
    for (const [page, token] of tokens.entries()) {
      const y = await visit.picture.within(first + page, first + page + 1);
      await expect.poll(async () => visit.picture.count(y, await visit.picture.colour(token))).toBeGreaterThan(20);
    }
  }
});

test('the window of the overview is dragged from where it is grabbed, and jumps from elsewhere', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const heap = known.mappings[0]?.start ?? 0;
  await visit.goTo(heap);
  const strip = await visit.page.getByTestId('overview').boundingBox();
  const view = await visit.page.evaluate(() => window.procmapDiagram?.overview.window ?? null);
  if (strip === null || view === null) throw new Error('there is no window');
  const x = strip.x + strip.width / 2;
  const before = await visit.picture.view();
  // Near its edge: nothing moves until the mouse does.
  await visit.page.mouse.move(x, strip.y + strip.height * view.bottom - 1);
  await visit.page.mouse.down();
  await visit.picture.settled();
  expect(await visit.picture.view()).toEqual(before);
  await visit.page.mouse.move(x, strip.y + strip.height * view.bottom - 61, { steps: 4 });
  await visit.picture.settled();
  expect((await visit.picture.view()).firstPage).toBeGreaterThan(before.firstPage);
  await visit.page.mouse.up();
  await visit.page.mouse.click(x, strip.y + strip.height - 3);
  await visit.picture.settled();
  expect((await visit.picture.view()).firstPage).toBeLessThan(before.firstPage);
});
