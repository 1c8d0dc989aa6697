import type { AxeResults } from 'axe-core';
import axe from 'axe-core';
import { SCENES } from '../played/scenes.ts';
import { Stage } from '../played/stage.ts';
import { expect, test } from './test.ts';

/** What an audit tells of one rule that is broken. */
function told({ violations }: AxeResults): string[] {
  return violations.flatMap(({ id, impact, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id} (${impact ?? '?'}): ${help}\n  ${html}\n  ${failureSummary ?? ''}`),
  );
}

for (const { name, context, play } of SCENES) {
  test.describe(name, () => {
    test.use({ ...context, tolerated: /ERR_FAILED|WebSocket|401/ });

    test('axe finds nothing', async ({ page }) => {
      await play(await Stage.on(page));
      await page.evaluate(axe.source);
      const results = await page.evaluate<AxeResults>('axe.run({ resultTypes: ["violations"] })');
      expect(told(results)).toEqual([]);
    });
  });
}
