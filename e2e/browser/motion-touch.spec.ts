import type { CDPSession } from '@playwright/test';
import { openAt } from './film.ts';
import { expect, test } from './test.ts';

/** Motion by touch. */
test.use({ contextOptions: { reducedMotion: 'no-preference' }, hasTouch: true });

async function touch(
  session: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  points: readonly { x: number; y: number; id: number }[],
): Promise<void> {
  await session.send('Input.dispatchTouchEvent', { type, touchPoints: [...points] });
}

test('two fingers keep their places, one continues without a jump, and two taps fit', async ({ visit, start, context }) => {
  await openAt(visit, start);
  const { page, picture } = visit;
  const session = await context.newCDPSession(page);
  const { x, y: middle } = await picture.pointAt(300);
  const top = middle - 300;
  const placeAt = (yPx: number) => page.evaluate((at) => window.procmapDiagram?.pageAt(at) ?? null, yPx);
  /** Distance of a place from a height. */
  const away = async (place: { page: number; fraction: number } | null, yPx: number): Promise<number> => {
    const here = await placeAt(yPx);
    if (place === null || here === null) throw new Error('there is no map');
    const { pixelsPerPage } = await picture.view();
    return Math.abs((here.page - place.page + (here.fraction - place.fraction)) * pixelsPerPage);
  };
  const [a, b] = [await placeAt(250), await placeAt(350)];
  await touch(session, 'touchStart', [{ x, y: top + 250, id: 0 }]);
  await touch(session, 'touchStart', [
    { x, y: top + 250, id: 0 },
    { x: x + 40, y: top + 350, id: 1 },
  ]);
  for (const [upper, lower] of [
    [240, 360],
    [220, 390],
    [200, 420],
    [230, 460],
  ] as const) {
    await touch(session, 'touchMove', [
      { x, y: top + upper, id: 0 },
      { x: x + 40, y: top + lower, id: 1 },
    ]);
    await expect.poll(() => away(a, upper)).toBeLessThan(0.01);
    expect(await away(b, lower)).toBeLessThan(0.01);
  }
  // The browser reports missing touch points as lifted.
  await touch(session, 'touchMove', [{ x, y: top + 230, id: 0 }]);
  await picture.settled();
  expect(await away(a, 230)).toBeLessThan(0.01);
  await touch(session, 'touchMove', [{ x, y: top + 250, id: 0 }]);
  await expect.poll(() => away(a, 250)).toBeLessThan(0.01);
  // The finger rests before it is lifted.
  await page.waitForTimeout(200);
  await touch(session, 'touchEnd', []);
  await picture.settled();
  expect(await away(a, 250)).toBeLessThan(0.01);

  await page.keyboard.press('Home');
  await picture.settled();
  await page.touchscreen.tap(x, top + 200);
  await page.touchscreen.tap(x, top + 200);
  await expect.poll(async () => (await picture.view()).atFit).toBe(false);
  await picture.settled();
});
