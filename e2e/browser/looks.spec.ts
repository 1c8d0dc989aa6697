import { SCENES } from '../played/scenes.ts';
import { Stage } from '../played/stage.ts';
import { Picture } from './picture.ts';
import { expect, test } from './test.ts';

/** Each state as it looks. A change that is meant: `make browser TEST="looks --update-snapshots"`, and look at what changed. */
for (const { name, context, play } of SCENES) {
  test.describe(name, () => {
    test.use({ timezoneId: 'UTC', locale: 'en-GB', ...context, tolerated: /ERR_FAILED|WebSocket|401/ });

    test('looks as ever', async ({ page }) => {
      await play(await Stage.on(page));
      if ((await page.getByTestId('diagram').count()) > 0) await new Picture(page).settled();
      await page.mouse.move(0, 0);
      await expect(page).toHaveScreenshot(`${name}.png`, { maxDiffPixels: 120, scale: 'css' });
    });
  });
}
