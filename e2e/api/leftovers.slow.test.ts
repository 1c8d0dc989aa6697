import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Firefox, hasFirefox } from '../firefox.ts';
import { leaveBehind, leaveBehindPlainly } from '../leftovers.ts';
import { TRICKS } from '../predecessor.ts';

/** Leftovers of another program in Firefox; see e2e/browser/leftovers.spec.ts for Chromium. */
describe.skipIf(!hasFirefox)('what held the port before, in Firefox', () => {
  let firefox: Firefox;

  beforeAll(async () => {
    firefox = await Firefox.start();
  });
  // Each test has a port of its own, and so leaves nothing for the next.
  afterAll(() => firefox.stop());

  it.each(TRICKS)('and left a %s there, learns neither key nor name, and gets no data', async (trick) => {
    const { seen, key, pageName } = await leaveBehind(trick, firefox, () =>
      expect.poll(() => firefox.evaluate(`document.querySelector('[data-testid=connection]')?.dataset.status`), { timeout: 30_000 }).toBe('open'),
    );
    for (const secret of [key, pageName, pageName.replace('.localhost', ''), 'kernel_release', '"comm"']) expect(seen).not.toContain(secret);
  });

  it.each(TRICKS)('and left a %s there, gets the key where the page has no name of its own', async (trick) => {
    await leaveBehindPlainly(trick, firefox);
  });
});
