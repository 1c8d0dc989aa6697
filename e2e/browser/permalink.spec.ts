import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/** The address bar holds the whole view: a reload, a copied link and another window show the same. */
function fragment({ page }: Visit): string {
  return new URL(page.url()).hash.slice(1);
}

/** The page in the middle, and the scale relative to the height of the view. */
function spot({ page }: Visit): Promise<{ page: number; fraction: number; zoom: number } | null> {
  return page.evaluate(() => window.procmapDiagram?.moves.spot ?? null);
}

test.use({ readsFigures: true });

test('holds camera, part, scale, search and selection, and opens so again', { tag: '@main' }, async ({ visit, start }) => {
  const known = await start('known');
  const { start: address, length } = known.mappings.find(({ name }) => name === 'shared') ?? { start: 0, length: 0 };
  await visit.open(known.pid);
  const { page, picture } = visit;
  await page.getByRole('radio', { name: 'User' }).click();
  await page.getByRole('radio', { name: 'Linear' }).click();
  await visit.goTo(address);
  for (let i = 0; i < 3; i++) await page.keyboard.press('-');
  await page.keyboard.press('KeyD');
  await visit.search.fill('w+x rw');
  await picture.settled();
  await expect
    .poll(() => fragment(visit))
    .toMatch(/^pid=\d+&at=0x[0-9a-f]+(\.[0-9a-f]+)?&zoom=[0-9.e]+&see=[0-9a-f]+-[0-9a-f]+&show=user&scale=linear&sel=0x[0-9a-f]+-0x[0-9a-f]+&q=w%2Bx%20rw$/);
  expect(fragment(visit)).toContain(`sel=0x${address.toString(16)}-0x${(address + length).toString(16)}`);
  const [before, view] = [await spot(visit), await picture.view()];
  const y = await picture.yOf(address / PAGE_BYTES);

  const expectSame = async (): Promise<void> => {
    await visit.mapped();
    await expect.poll(() => picture.view()).toEqual(view);
    expect(Math.abs((await picture.yOf(address / PAGE_BYTES)) - y)).toBeLessThan(0.01);
    await expect(page.getByRole('radio', { name: 'User' })).toBeChecked();
    await expect(page.getByRole('radio', { name: 'Linear' })).toBeChecked();
    await expect(visit.search).toHaveValue('w+x rw');
    await expect(visit.fact('start')).toHaveText(hex(address));
  };
  await page.reload();
  await expectSame();
  const link = page.url();
  await page.goto('about:blank');
  await page.goto(link);
  await expectSame();

  // A window of another size has the same middle and shows as much.
  await page.setViewportSize({ width: 1000, height: 600 });
  await page.goto('about:blank');
  await page.goto(link);
  await visit.mapped();
  await expect.poll(async () => ((await spot(visit))?.zoom ?? 0) / (before?.zoom ?? 1)).toBeCloseTo(1, 9);
  expect((await spot(visit))?.page).toBe(before?.page);
});

test('at the deepest zoom comes back to the same page, and everything works from there', async ({ visit, start }) => {
  const known = await start('known');
  const { start: address, length } = known.mappings.find(({ name }) => name === 'shared') ?? { start: 0, length: 0 };
  await visit.open(known.pid);
  const { page, picture } = visit;
  await visit.goTo(address + PAGE_BYTES);
  for (let i = 0; i < 40; i++) await page.keyboard.press('+');
  await picture.settled();
  await expect.poll(() => fragment(visit)).toContain('at=');
  const before = await picture.view();
  // One page fills the plot, which is 12 px lower at both ends than the canvas.
  expect(before.pixelsPerPage).toBeCloseTo((await picture.height()) - 24, 3);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  await picture.settled();
  await page.waitForTimeout(700);
  const y = await picture.yOf(address / PAGE_BYTES + 1);
  await page.reload();
  await visit.mapped();
  await expect.poll(async () => (await picture.view()).pixelsPerPage).toBeCloseTo(before.pixelsPerPage, 6);
  expect(Math.abs((await picture.yOf(address / PAGE_BYTES + 1)) - y)).toBeLessThan(0.01);
  await page.keyboard.press('[');
  await picture.settled();
  await expect(visit.fact('start')).toHaveText(hex(address + length));
});

test('takes what it understands of an invented link, and drops the rest', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open();
  for (const bad of [
    'at=0x1&zoom=NaN',
    'at=0xffffffffffffffffff000&zoom=3',
    'sel=0x2000-0x1000',
    'q=%00',
    'show=%F0',
    '<script>alert(1)</script>',
    '__proto__=1',
  ]) {
    await visit.page.goto('about:blank');
    await visit.page.goto(await visit.link(known.pid).then((link) => `${link}&scale=linear&${bad}&x=1`));
    await visit.mapped();
    await expect(visit.page.getByRole('radio', { name: 'Linear' })).toBeChecked();
    expect((await visit.picture.view()).atFit).toBe(true);
    expect(fragment(visit)).toBe(`pid=${known.pid}&scale=linear`);
  }
});

test('colours as a link says, and then again as they were chosen', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  const legend = visit.page.getByTestId('legend');
  await visit.choose('Colour', 'By file');
  await expect(legend).toHaveAttribute('data-colouring', 'file');
  // Stored at once, so an immediate reload keeps it.
  expect(fragment(visit)).toContain('colour=file');
  await visit.page.goto('about:blank');
  await visit.page.goto(await visit.link(known.pid).then((link) => `${link}&colour=perms`));
  await visit.mapped();
  await expect(legend).toHaveAttribute('data-colouring', 'perms');
  await visit.page.goto('about:blank');
  await visit.open(known.pid);
  await expect(legend).toHaveAttribute('data-colouring', 'file');
});

test('is copied by “Link”, without any key', async ({ visit, start, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const known = await start('known');
  await visit.open(known.pid);
  await visit.goTo(known.mappings[0]?.start ?? 0);
  await visit.choose('Export', 'Link');
  await expect(visit.page.getByTestId('toast')).toContainText('Link copied');
  const copied = await visit.page.evaluate(() => navigator.clipboard.readText());
  // With the lasting address; the page's own name changes.
  expect(copied).toBe(visit.page.url().replace(/\/\/[a-z0-9]{16}\.localhost:/, '//127.0.0.1:'));
  expect(copied).toContain('//127.0.0.1:');
  expect(copied).toMatch(new RegExp(`#pid=${known.pid}&at=0x`));
  expect(copied).not.toContain('k=');

  // It leads back to the page, with the user's settings.
  await visit.choose('Theme', 'Dark');
  await visit.choose('Export', 'Link');
  const { href, origin } = new URL(visit.page.url());
  const chosen = await visit.page.evaluate(() => navigator.clipboard.readText());
  expect(chosen).toMatch(/&set=theme:dark$/);
  await visit.page.goto(chosen);
  await visit.mapped();
  expect(new URL(visit.page.url()).origin).toBe(origin);
  expect(visit.page.url()).toBe(href);
});

test('takes settings along where none were chosen yet, and only those that there are', async ({ visit, daemon }) => {
  const { page } = visit;
  const isDark = (): Promise<boolean> => page.evaluate(() => getComputedStyle(document.documentElement).colorScheme === 'dark');
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(`${daemon.address}/#set=theme:dark,rate:7777,session:x,patterns:<b>,theme:light`);
  await expect(visit.gate).toHaveAttribute('data-gate', 'no_link');
  expect(await isDark()).toBe(true);
  expect(page.url()).toBe(`${daemon.origin}/`);
  await visit.open();
  await visit.choose('Theme', 'Light');
  await page.goto('about:blank');
  await page.goto(`${daemon.address}/#set=theme:dark`);
  await expect(visit.connection).toHaveAttribute('data-status', 'open');
  expect(await isDark()).toBe(false);
});

test('where nothing can be copied, the page says where the link is', async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  await visit.page.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', { configurable: true, value: undefined });
  });
  await visit.goTo(known.mappings[0]?.start ?? 0);
  await visit.choose('Export', 'Link');
  await expect(visit.page.getByTestId('notice')).toContainText('from the address bar');
  expect(fragment(visit)).toContain('at=0x');
});

test.describe('the field for an address', () => {
  test('goes to an address, a range, or an offset from the selection; explains errors', async ({ visit, start }) => {
    const known = await start('known');
    const { start: address } = known.mappings.find(({ name }) => name === 'shared') ?? { start: 0 };
    await visit.open(known.pid);
    const { page, picture } = visit;
    const field = page.getByRole('textbox', { name: 'Go to address' });
    const go = async (text: string): Promise<void> => {
      await page.keyboard.press('g');
      await expect(field).toBeFocused();
      await field.fill(text);
      await field.press('Enter');
    };
    await go(address.toString(16));
    await expect(page.getByTestId('goto')).toBeHidden();
    await expect(visit.fact('start')).toHaveText(hex(address));
    await picture.settled();
    await go('+0x1000');
    await expect(visit.fact('start')).toHaveText(hex(address));
    // Like a search, it marks the address and says which region it is in.
    await expect(visit.fact('spot')).toHaveText(hex(address + PAGE_BYTES));
    await expect(visit.search).toHaveValue(`0x${(address + PAGE_BYTES).toString(16)}`);
    await expect(page.locator('#search-answer')).toContainText('at +0x1000');
    await picture.settled();
    await go('+0x1000');
    await picture.settled();
    // Already there, so it zooms to the page itself.
    expect(await picture.pageAt((await picture.height()) / 2)).toBe(address / PAGE_BYTES + 1);
    await go('nowhere');
    await expect(page.getByRole('alert')).toContainText('not an address');
    await expect(field).toHaveAttribute('aria-invalid', 'true');
    await field.fill('0x10000000000000000');
    await field.press('Enter');
    await expect(page.getByRole('alert')).toContainText('the last one is 0xffffffffffffffff');
    await field.press('Escape');
    await expect(page.getByTestId('goto')).toBeHidden();
    // The page has the keyboard again.
    await page.keyboard.press('Home');
    await picture.settled();
    expect((await picture.view()).atFit).toBe(true);
  });

  test('gives the keys back the moment it closes', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page, picture } = visit;
    await visit.goTo(known.mappings[0]?.start ?? 0);
    await picture.settled();
    expect((await picture.view()).atFit).toBe(false);
    await page.keyboard.press('g');
    await expect(page.getByTestId('goto')).toBeVisible();
    await page.evaluate(() => {
      const field = document.querySelector('dialog input');
      document.querySelector('dialog')?.close();
      // Before the close event, while the dialog's field may still have the focus.
      field?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Home', code: 'Home', bubbles: true }));
    });
    await picture.settled();
    expect((await picture.view()).atFit).toBe(true);
  });

  test('leads to the diagram even if the table covers it', async ({ visit, start }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page } = visit;
    await page.keyboard.press('t');
    await page.getByRole('button', { name: 'Table only' }).click();
    await page.keyboard.press('g');
    await page.keyboard.type((known.mappings[0]?.start ?? 0).toString(16));
    await page.keyboard.press('Enter');
    await expect(page.locator('.picture[inert]')).toHaveCount(0);
    await expect(visit.fact('start')).toHaveText(hex(known.mappings[0]?.start ?? 0));
  });

  test('n and Shift+n go from match to match, brackets over mappings, braces over every region', async ({ visit, start, daemon }) => {
    const known = await start('known');
    await visit.open(known.pid);
    const { page } = visit;
    const { regions } = await daemon.json<{ regions: { name: string; start: string; perms: string | null; source: string }[] }>(
      `/api/processes/${known.pid}/map`,
    );
    const hits = regions.filter(({ name }) => name.includes('libc.so')).map((region) => region.start);
    await visit.search.fill('libc.so');
    await visit.search.press('Enter');
    await expect(visit.fact('start')).toHaveText(hits[0] ?? '');
    await visit.search.blur();
    await page.keyboard.press('n');
    await expect(visit.fact('start')).toHaveText(hits[1] ?? '');
    await page.keyboard.press('Shift+N');
    await expect(visit.fact('start')).toHaveText(hits[0] ?? '');

    const mappings = regions.filter(({ source }) => source === 'maps').map((region) => region.start);
    const edge = regions.findIndex((region, i) => region.source === 'maps' && regions[i + 1]?.source !== 'maps' && regions[i + 2]?.source === 'maps');
    const at = regions[edge]?.start ?? '';
    await visit.goTo(Number.parseInt(at, 16));
    await expect(visit.fact('start')).toHaveText(at);
    await page.keyboard.press(']');
    await expect(visit.fact('start')).toHaveText(mappings[mappings.indexOf(at) + 1] ?? '');
    await page.keyboard.press('[');
    await expect(visit.fact('start')).toHaveText(at);
    await page.keyboard.press('}');
    await expect(visit.fact('start')).toHaveText(regions[edge + 1]?.start ?? '');
    await page.keyboard.press('{');
    await expect(visit.fact('start')).toHaveText(at);
  });
});
