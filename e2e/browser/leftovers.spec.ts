import { leaveBehind, leaveBehindPlainly } from '../leftovers.ts';
import { TRICKS } from '../predecessor.ts';
import { expect, test } from './test.ts';

/**
 * Another user's program held the port and was opened in this browser. Its leftovers must be useless once procmap has
 * the port. For Firefox, see e2e/api/leftovers.slow.test.ts.
 */
test.describe('what held the port before', () => {
  // The browser's messages about refused requests.
  test.use({ tolerated: /./ });

  for (const trick of TRICKS) {
    test(`and left a ${trick} in the browser, learns neither key nor name, and gets no data`, async ({ page }) => {
      const browser = { goto: (url: string) => page.goto(url) };
      const { seen, key, pageName } = await leaveBehind(trick, browser, () => expect(page.getByTestId('connection')).toHaveAttribute('data-status', 'open'));
      for (const secret of [key, pageName, pageName.replace('.localhost', ''), 'kernel_release', '"comm"']) expect(seen).not.toContain(secret);
    });

    test(`and left a ${trick} in the browser, gets the key if the page has no name of its own`, async ({ page }) => {
      await leaveBehindPlainly(trick, { goto: (url: string) => page.goto(url) });
    });
  }
});
