import { expect, test } from './test.ts';
import { hex, type Visit } from './visit.ts';

/**
 * Back and Forward undo moves, one resting place at a time, with selection and search. Changes of the process are not
 * moves.
 */
function fragment({ page }: Visit): string {
  return new URL(page.url()).hash.slice(1);
}

function lengthOf({ page }: Visit): Promise<number> {
  return page.evaluate(() => history.length);
}

/** Waits until the address bar has caught up with the view. */
async function rested(visit: Visit, count: number): Promise<void> {
  await expect.poll(() => lengthOf(visit)).toBe(count);
}

for (const reducedMotion of ['reduce', 'no-preference'] as const)
  test.describe(reducedMotion === 'reduce' ? 'at once' : 'by flights', () => {
    test.use({ contextOptions: { reducedMotion } });

    test('each rest is one entry, Back leads through them and Forward there again', async ({ visit, start }) => {
      const known = await start('known');
      await visit.open(known.pid);
      const { page, picture } = visit;
      const first = await lengthOf(visit);
      const views = [await picture.view()];
      const [shared, wx] = ['shared', 'wx'].map((name) => known.mappings.find((mapping) => mapping.name === name)?.start ?? 0);

      await visit.goTo(shared ?? 0);
      await rested(visit, first + 1);
      views.push(await picture.view());
      // A series of moves without a pause is one entry.
      const { x, y } = await picture.pointAt(300);
      await page.mouse.move(x, y);
      for (let i = 0; i < 5; i++) await page.mouse.wheel(0, 120);
      await page.keyboard.press('KeyA');
      await picture.settled();
      await rested(visit, first + 2);
      views.push(await picture.view());
      await visit.search.fill('w+x');
      await visit.search.press('Enter');
      await expect(visit.fact('start')).toHaveText(hex(wx ?? 0));
      await picture.settled();
      await rested(visit, first + 3);
      views.push(await picture.view());

      const expectView = async (i: number): Promise<void> => {
        await expect.poll(async () => (await picture.view()).pixelsPerPage / (views[i]?.pixelsPerPage ?? 1)).toBeCloseTo(1, 6);
        await picture.settled();
        const { firstPage, lastPage, atFit } = await picture.view();
        expect({ firstPage, lastPage, atFit }).toEqual({ firstPage: views[i]?.firstPage, lastPage: views[i]?.lastPage, atFit: views[i]?.atFit });
      };
      await page.goBack();
      await expectView(2);
      await expect(visit.search).toHaveValue('');
      await expect(visit.fact('start')).toHaveText(hex(shared ?? 0));
      await page.goBack();
      await expectView(1);
      await page.goBack();
      await expectView(0);
      expect(fragment(visit)).toBe(`pid=${known.pid}`);
      // Going back neither adds nor removes an entry.
      await page.waitForTimeout(900);
      expect(await lengthOf(visit)).toBe(first + 3);
      await page.goForward();
      await page.goForward();
      await expectView(2);
      await page.goForward();
      await expectView(3);
      await expect(visit.search).toHaveValue('w+x');
      await expect(visit.fact('start')).toHaveText(hex(wx ?? 0));
    });
  });

test('another process is one entry: Back returns to the previous one and its view', async ({ visit, start }) => {
  const [known, other] = [await start('known'), await start('known')];
  await visit.open(known.pid);
  const { page, picture } = visit;
  const target = known.mappings.find(({ name }) => name === 'shared')?.start ?? 0;
  const first = await lengthOf(visit);
  await visit.goTo(target);
  const { firstPage, lastPage } = await picture.view();
  // The view did not come to rest, but is kept all the same.
  await visit.picker.getByRole('textbox').fill(String(other.pid));
  await visit.row(other.pid).click();
  await visit.mapped();
  await expect(page).toHaveTitle(`known ${other.pid} · procmap`);
  expect(await lengthOf(visit)).toBe(first + 2);
  expect(fragment(visit)).toBe(`pid=${other.pid}`);

  await page.goBack();
  await expect(page).toHaveTitle(`known ${known.pid} · procmap`);
  await visit.mapped();
  await expect.poll(async () => (await picture.view()).firstPage).toBe(firstPage);
  expect((await picture.view()).lastPage).toBe(lastPage);
  await expect(visit.fact('start')).toHaveText(hex(target));
  await page.goForward();
  await expect(page).toHaveTitle(`known ${other.pid} · procmap`);
  await visit.mapped();
  expect((await picture.view()).atFit).toBe(true);
});

test('changes of the process, clicks and typing add no entry', async ({ visit, start }) => {
  const known = await start('known');
  const area = (await known.command('map 16')).split(' ');
  await visit.open(known.pid);
  const first = await lengthOf(visit);
  await visit.goTo(Number.parseInt(area[1] ?? '', 16));
  await rested(visit, first + 1);
  const count = await visit.mappings();
  await known.command('unmap');
  await expect.poll(() => visit.mappings()).toBeLessThan(count);
  // Longer than any rest.
  await visit.page.waitForTimeout(900);
  expect(await lengthOf(visit)).toBe(first + 1);
  // A reload restores the current view, not an earlier one.
  const now = await visit.picture.view();
  await visit.page.reload();
  await visit.mapped();
  await expect.poll(async () => (await visit.picture.view()).pixelsPerPage / now.pixelsPerPage).toBeCloseTo(1, 6);
  const after = await lengthOf(visit);

  const { x, y } = await visit.picture.pointAt(200);
  await visit.page.mouse.click(x, y);
  await visit.search.fill('libc');
  await expect.poll(() => fragment(visit)).toContain('q=libc');
  expect(fragment(visit)).toContain('sel=');
  expect(await lengthOf(visit)).toBe(after);
});

test('a fresh link in the same tab leaves its key nowhere, and the view as it is', async ({ visit, start, daemon, context }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.goTo(known.mappings[0]?.start ?? 0);
  const { page } = visit;
  await expect.poll(() => fragment(visit)).toContain('at=');
  const before = await visit.picture.view();
  const link = await daemon.freshLink();
  const key = new URL(link).hash.slice('#k='.length);
  await page.goto(link);
  await expect(visit.connection).toHaveAttribute('data-status', 'open');
  await visit.mapped();
  expect(await visit.picture.view()).toEqual(before);
  const session = await context.newCDPSession(page);
  const { entries } = await session.send('Page.getNavigationHistory');
  expect(entries.filter(({ url }) => url.includes(key) || url.includes('k='))).toEqual([]);
  expect(fragment(visit)).toContain(`pid=${known.pid}`);
});
