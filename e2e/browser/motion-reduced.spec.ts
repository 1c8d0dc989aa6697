import { film, openAt, steps } from './film.ts';
import { expect, test } from './test.ts';
import { PAGE_BYTES } from './visit.ts';

/** With reduced motion, the picture does not move gradually. */
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('everything happens at once: no frames in between, no motion afterwards', async ({ visit, start }) => {
  const target = await openAt(visit, start);
  const { page, picture } = visit;
  const { x, y } = await picture.pointAt(300);
  await page.mouse.move(x, y);
  for (const act of [
    () => page.mouse.wheel(0, -120),
    () => page.keyboard.press('KeyW'),
    () => page.keyboard.press('ArrowUp'),
    () => page.keyboard.press('PageDown'),
    () => page.keyboard.press('Home'),
  ]) {
    const readFilm = await film(visit, target);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    await act();
    await picture.settled();
    const frames = await readFilm();
    expect(steps(frames, ({ y: at }) => at).filter((step) => step !== 0).length).toBe(1);
  }
  await visit.goTo(target * PAGE_BYTES);
  for (let i = 0; i < 4; i++) await page.keyboard.press('-');
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 1; i <= 6; i++) await page.mouse.move(x, y + 20 * i);
  const before = await picture.yOf(target);
  await page.mouse.up();
  await picture.settled();
  expect(await picture.yOf(target)).toBe(before);
  // A held key steps at the keyboard's repeat rate.
  await page.keyboard.down('KeyA');
  await page.keyboard.down('KeyA');
  await page.keyboard.up('KeyA');
  await picture.settled();
  expect(await picture.yOf(target)).toBeCloseTo(before + 0.3 * (await picture.height()), 3);
});
