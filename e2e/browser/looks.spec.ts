import { SCENES } from '../played/scenes.ts';
import { Stage } from '../played/stage.ts';
import { Picture } from './picture.ts';
import { expect, test } from './test.ts';

/** States with their own look. */
const LOOKS = [
  'map',
  'map-light',
  'map-narrow',
  'map-zoomed-text',
  'selected',
  'selected-narrow',
  'nothing-picked',
  'loading-long',
  'exited',
  'no-permission',
  'daemon-gone',
  'kernel-hidden',
  'paused',
  'session-over',
  'help',
  'colours-by-permissions',
  'colours-by-file-with-patterns',
  'colours-by-memory',
  'figures',
  'filter',
  'completion',
  'table',
  'mapped',
  'share',
  'forced-colours',
];

/**
 * Compares pictures. After an intended change run `make browser TEST="looks --update-snapshots"`, and check what has
 * changed.
 */
for (const { name, context, play } of SCENES.filter((scene) => LOOKS.includes(scene.name))) {
  test.describe(name, () => {
    test.use({ viewport: { width: 1200, height: 760 }, timezoneId: 'UTC', locale: 'en-GB', ...context, tolerated: /ERR_FAILED|WebSocket|401/ });

    test('looks as ever', async ({ page }) => {
      await play(await Stage.on(page));
      if ((await page.getByTestId('diagram').count()) > 0) await new Picture(page).settled();
      await page.mouse.move(0, 0);
      await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixels: 120, scale: 'css' });
    });
  });
}

test('there is a look of every state that is named', () => expect(LOOKS.filter((name) => !SCENES.some((scene) => scene.name === name))).toEqual([]));
