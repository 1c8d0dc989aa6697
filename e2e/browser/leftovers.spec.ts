import { leaveBehind, leaveBehindPlainly } from '../leftovers.ts';
import { TRICKS } from '../predecessor.ts';
import { expect, test } from './test.ts';

/**
 * Another user's program has held the port and was opened in this browser. What it left there must be of no use, now that procmap has the port; as
 * e2e/api/leftovers.slow.test.ts has it for Firefox.
 */
test.describe('what held the port before', () => {
  // Its own requests, and what the browser says of those that are refused.
  test.use({ tolerated: /./ });

  for (const trick of TRICKS) {
    test(`and left a ${trick} in the browser, learns neither key nor name, and gets no data`, async ({ page }) => {
      const browser = { goto: (url: string) => page.goto(url) };
      const { seen, key, pageName } = await leaveBehind(trick, browser, () => expect(page.getByTestId('connection')).toHaveAttribute('data-status', 'open'));
      for (const secret of [key, pageName, pageName.replace('.localhost', ''), 'kernel_release', '"comm"']) expect(seen).not.toContain(secret);
    });

    test(`and left a ${trick} in the browser, gets the key where the page has no name of its own`, async ({ page }) => {
      await leaveBehindPlainly(trick, { goto: (url: string) => page.goto(url) });
    });
  }
});
