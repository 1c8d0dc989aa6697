import { SCENES } from '../played/scenes.ts';
import { Stage } from '../played/stage.ts';
import { audit } from './audit.ts';
import { expect, test } from './test.ts';

for (const { name, context, play } of SCENES) {
  test.describe(name, () => {
    test.use({ ...context, tolerated: /ERR_FAILED|WebSocket|40[13]/ });

    test('axe finds nothing', async ({ page }) => {
      await play(await Stage.on(page));
      expect(await audit(page)).toEqual([]);
    });
  });
}
