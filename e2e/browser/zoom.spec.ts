import type { KnownMapping } from '../fixtures/fixture.ts';
import { expect, test } from './test.ts';
import { hex, PAGE_BYTES, type Visit } from './visit.ts';

/**
 * Zoom and pan: from 2^64 bytes to one page and back, by wheel, mouse, finger and keys. The point under the pointer
 * stays there, with the right address.
 */
const DEEP = 40;

test.beforeEach(async ({ visit, start }) => {
  const known = await start('known');
  await visit.open(known.pid);
  mappings = known.mappings;
});

let mappings: KnownMapping[] = [];

function pagesOf(name: string): { start: number; end: number } {
  const found = mappings.find((mapping) => mapping.name === name);
  if (found === undefined) throw new Error(`the fixture has no ${name}`);
  return { start: found.start / PAGE_BYTES, end: (found.start + found.length) / PAGE_BYTES };
}

/** The inspector's address for the pointer is that of the page drawn there. */
async function expectSpot(visit: Visit, y: number): Promise<void> {
  await expect(visit.fact('spot')).toHaveText(hex((await visit.picture.pageAt(y)) * PAGE_BYTES));
}

test('the wheel zooms about the pointer, to a single page and back', { tag: '@main' }, async ({ visit }) => {
  const { picture, page } = visit;
  const { start, end } = pagesOf('shared');
  const y = await picture.within(start, end);
  const { x, y: onPage } = await picture.pointAt(y);
  await page.mouse.move(x, onPage);
  const target = await picture.pageAt(y);
  expect(target).toBeGreaterThanOrEqual(start);
  expect(target).toBeLessThan(end);
  await expectSpot(visit, y);

  let pixelsPerPage = 0;
  for (let i = 0; i < DEEP && pixelsPerPage < 400; i++) {
    await page.mouse.wheel(0, -400);
    await picture.settled();
    // The page under the pointer stays there all the way.
    expect(await picture.pageAt(y)).toBe(target);
    await expectSpot(visit, y);
    ({ pixelsPerPage } = await picture.view());
  }
  expect(pixelsPerPage).toBeGreaterThan(400);
  await expect(visit.fact('start')).toHaveText(hex(start * PAGE_BYTES));
  await expect(visit.fact('perms')).toHaveText('rw-s');
  // The page is at the stated place: the mapping's colour fills it from edge to edge.
  const colour = await picture.colour('kind-shmem');
  const [top, bottom] = [await picture.yOf(target + 1), await picture.yOf(target)];
  expect(bottom - top).toBeGreaterThan(400);
  for (const at of [Math.max(top, 20) + 4, Math.min(bottom, (await picture.height()) - 20) - 4]) expect(await picture.count(at, colour)).toBeGreaterThan(400);

  for (let i = 0; i < DEEP && !(await picture.view()).atFit; i++) {
    await page.mouse.wheel(0, 400);
    await picture.settled();
  }
  const view = await picture.view();
  expect([view.atFit, view.firstPage, view.lastPage]).toEqual([true, 0, 2 ** 52]);
  expect(await picture.within(start, end)).toBe(y);
});

test('the boundaries of a mapping are drawn at its very bytes, and a drag moves it along', async ({ visit }) => {
  const { picture, page } = visit;
  const { start, end } = pagesOf('shared');
  await visit.goTo(start * PAGE_BYTES);
  // Without the outline of what is selected.
  await page.keyboard.press('Escape');
  await picture.settled();
  const colour = await picture.colour('kind-shmem');
  const [top, bottom] = [await picture.yOf(end), await picture.yOf(start)];
  // The guards above and below have another colour.
  for (const [outside, inside] of [
    [top - 3, top + 3],
    [bottom + 3, bottom - 3],
  ] as const) {
    expect(await picture.count(inside, colour)).toBeGreaterThan(400);
    expect(await picture.count(outside, colour)).toBe(0);
  }

  await visit.goTo(start * PAGE_BYTES);
  const { x, y } = await picture.pointAt(Math.round((await picture.height()) / 2));
  const before = await picture.yOf(start);
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x, y - 150, { steps: 5 });
  await picture.settled();
  expect(await picture.yOf(start)).toBeCloseTo(before - 150, 1);
  await page.mouse.up();
  // It was a drag, not a click, so the selection stays.
  await expect(visit.fact('start')).toHaveText(hex(start * PAGE_BYTES));
});

test('a double click zooms to the region, the button and Home back to everything', async ({ visit }) => {
  const { picture, page } = visit;
  const { start, end } = pagesOf('wx');
  for (const fit of [() => page.keyboard.press('Home'), () => page.getByRole('button', { name: 'Fit everything' }).click()]) {
    await visit.goTo(start * PAGE_BYTES);
    for (let i = 0; i < 6; i++) await page.keyboard.press('-');
    await picture.settled();
    expect((await picture.view()).pixelsPerPage).toBeLessThan(100);
    const { x, y } = await picture.pointAt(await picture.within(start, end));
    await page.mouse.dblclick(x, y);
    await picture.settled();
    // It is a single page, and nearly fills the height now.
    expect((await picture.view()).pixelsPerPage).toBeGreaterThan((await picture.height()) * 0.7);
    await expect(visit.fact('start')).toHaveText(hex(start * PAGE_BYTES));
    await fit();
    await picture.settled();
    expect((await picture.view()).atFit).toBe(true);
  }
});

test('keys zoom, move and step through the regions', async ({ visit }) => {
  const { picture, page } = visit;
  const press = async (key: string): Promise<number> => {
    await page.keyboard.press(key);
    await picture.settled();
    return (await picture.view()).pixelsPerPage;
  };
  const { start, end } = pagesOf('shared');
  await visit.goTo(start * PAGE_BYTES);
  const here = await press('Shift');
  expect(await press('-')).toBeLessThan(here);
  expect(await press('ArrowLeft')).toBeLessThan(here);
  await press('+');
  expect(await press('w')).toBeCloseTo(here, 6);

  const before = await picture.yOf(start);
  await press('ArrowDown');
  expect(await picture.yOf(start)).toBeLessThan(before);
  await press('ArrowUp');
  expect(await picture.yOf(start)).toBeCloseTo(before, 3);
  await press('PageUp');
  expect(await picture.yOf(start)).toBeGreaterThan(before + 400);

  // The neighbour above begins where this one ends.
  await press('[');
  await expect(visit.fact('start')).toHaveText(hex(end * PAGE_BYTES));
  await press(']');
  await press(']');
  await expect(visit.fact('end')).toHaveText(hex(start * PAGE_BYTES));
  await press('Home');
  expect((await picture.view()).atFit).toBe(true);
  await press('Enter');
  expect((await picture.view()).atFit).toBe(false);
  await expect(visit.fact('end')).toHaveText(hex(start * PAGE_BYTES));
});

test('“Zoom to it” and the overview lead there and away', async ({ visit }) => {
  const { picture, page } = visit;
  const { start, end } = pagesOf('shared');
  await visit.goTo(start * PAGE_BYTES);
  const strip = await page.getByTestId('overview').boundingBox();
  if (strip === null) throw new Error('there is no overview');
  await page.mouse.click(strip.x + strip.width / 2, strip.y + 4);
  await picture.settled();
  expect((await picture.view()).firstPage).toBeGreaterThan(end);
  await visit.inspector.getByRole('button', { name: 'Zoom to it' }).click();
  await picture.settled();
  expect(await picture.pageAt((await picture.height()) / 2)).toBeGreaterThanOrEqual(start);
  expect(await picture.pageAt((await picture.height()) / 2)).toBeLessThan(end);
});

test.describe('with motion', () => {
  test.use({ contextOptions: { reducedMotion: 'no-preference' } });

  test('flies there and back, and ends at the very same place', async ({ visit }) => {
    const { picture, page } = visit;
    const { start, end } = pagesOf('wx');
    await visit.goTo(start * PAGE_BYTES);
    expect((await picture.view()).pixelsPerPage).toBeGreaterThan((await picture.height()) * 0.7);
    expect(Math.abs((await picture.middleOf(start, end)) - (await picture.height()) / 2)).toBeLessThanOrEqual(1);
    await page.keyboard.press('Home');
    await picture.settled();
    expect((await picture.view()).atFit).toBe(true);
  });
});
