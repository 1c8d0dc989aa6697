import { film, type Frame, openAt, steps } from './film.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES } from './visit.ts';

/** Motion by keys: steady while a key is held, coming to rest when it is released. */
test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('a held key moves steadily, whatever its repeat rate, and comes to rest when released', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const height = await picture.height();
  const tap = await picture.yOf(target);
  await page.keyboard.press('KeyA');
  await picture.settled();
  // A tap is one step.
  expect(await picture.yOf(target)).toBeCloseTo(tap + 0.15 * height, 1);
  await page.keyboard.press('ArrowDown');
  await picture.settled();
  expect(await picture.yOf(target)).toBeCloseTo(tap, 1);

  for (const repeats of [0, 12]) {
    const readFilm = await film(visit, target);
    await page.keyboard.down('KeyD');
    // Another keydown of a pressed key is a repeat.
    for (let i = 0; i < repeats; i++) await page.keyboard.down('KeyD');
    await page.waitForFunction(() => {
      const { film: frames } = window as unknown as { film: Frame[] };
      return (frames.at(-1)?.y ?? 0) < (frames[0]?.y ?? 0) - 500;
    });
    await page.keyboard.up('KeyD');
    await picture.settled();
    const frames = await readFilm();
    const moving = frames.filter(({ y }) => y < (frames[0]?.y ?? 0) - 200 && y > (frames[0]?.y ?? 0) - 500);
    const [first, last] = [moving[0], moving.at(-1)];
    if (first === undefined || last === undefined) throw new Error('it did not move');
    const perMs = (first.y - last.y) / (last.at - first.at);
    expect(perMs / (0.15 * height)).toBeGreaterThan(0.8 / 125);
    expect(perMs / (0.15 * height)).toBeLessThan(1.25 / 125);
    expect(steps(frames, ({ y }) => y).every((step) => step < 1e-6)).toBe(true);
    await page.keyboard.press('Home');
    await visit.goTo(target * PAGE_BYTES);
    await page.keyboard.press('Escape');
    for (let i = 0; i < 4; i++) await page.keyboard.press('-');
    await picture.settled();
  }
});

test('two keys at once move and zoom, and whatever takes the keyboard away lets go of both', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  for (const away of [
    () => page.evaluate(() => dispatchEvent(new Event('blur'))),
    () => visit.see('hidden').then(() => visit.see('visible')),
    () => visit.search.focus(),
  ]) {
    const readFilm = await film(visit, target);
    await page.keyboard.down('KeyW');
    await page.keyboard.down('KeyA');
    await page.waitForFunction(() => {
      const { film: frames } = window as unknown as { film: Frame[] };
      const [first, last] = [frames[0], frames.at(-1)];
      return first !== undefined && last !== undefined && last.scale > 2 * first.scale && last.y > first.y + 50;
    });
    await away();
    await picture.settled();
    const frames = await readFilm();
    const both = frames.filter((frame, i) => i > 0 && frame.scale > (frames[i - 1]?.scale ?? 0) && frame.y !== frames[i - 1]?.y);
    expect(both.length).toBeGreaterThan(3);
    await page.keyboard.up('KeyW');
    await page.keyboard.up('KeyA');
    await visit.search.blur();
    await visit.goTo(target * PAGE_BYTES);
    await page.keyboard.press('Escape');
    for (let i = 0; i < 8; i++) await page.keyboard.press('-');
    await picture.settled();
  }
});

test('Enter fits the pinned region, a second Enter its surroundings, a third the region again', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  await visit.goTo(target * PAGE_BYTES);
  const closely = (await picture.view()).pixelsPerPage;
  await page.keyboard.press('Enter');
  await picture.settled();
  const out = await picture.view();
  expect(out.pixelsPerPage).toBeLessThan(closely * 0.8);
  expect(out.atFit).toBe(false);
  await page.keyboard.press('Enter');
  await picture.settled();
  expect((await picture.view()).pixelsPerPage).toBeCloseTo(closely, 6);
});
