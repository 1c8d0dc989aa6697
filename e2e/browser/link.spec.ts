import { expect, test } from './test.ts';
import { Visit } from './visit.ts';

/** The link: opens a session once, and leaves no trace of its key. */
test.describe('a link', () => {
  test('leaves neither the address bar nor the history with its key', { tag: '@main' }, async ({ page, daemon, visit, context }) => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const link = await daemon.freshLink();
    const key = new URL(link).hash.slice('#k='.length);
    await page.goto(link);
    await expect(visit.connection).toHaveAttribute('data-status', 'open');
    expect(page.url()).toBe(`${daemon.origin}/`);
    const session = await context.newCDPSession(page);
    const history = await session.send('Page.getNavigationHistory');
    expect(history.entries.map(({ url }) => url)).toEqual(['about:blank', `${daemon.origin}/`]);
    expect(await page.content()).not.toContain(key);
    expect(await page.evaluate(() => JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie]))).not.toContain(key);
    expect(requests.filter((url) => url.includes(key))).toEqual([]);
  });

  test('by the address of this machine leads to the page’s own name, with all that it holds', async ({ page, daemon, visit }) => {
    for (const address of ['127.0.0.1', 'localhost']) {
      const { hash } = new URL(await daemon.freshLink());
      await page.goto('about:blank');
      await page.goto(`http://${address}:${daemon.port}/${hash}&scale=linear`);
      await expect(visit.connection).toHaveAttribute('data-status', 'open');
      expect(page.url()).toBe(`${daemon.origin}/#scale=linear`);
    }
  });

  test.describe(() => {
    test.use({ tolerated: /401 \(Unauthorized\)/ });

    test('that was used says so, and what to do; a fresh one continues in the same tab', async ({ browser, daemon, visit }) => {
      const link = await daemon.freshLink();
      const other = await browser.newContext();
      const first = new Visit(await other.newPage(), daemon);
      await first.page.goto(link);
      await expect(first.connection).toHaveAttribute('data-status', 'open');
      await other.close();

      await visit.page.goto(link);
      await expect(visit.gate).toHaveAttribute('data-gate', 'link_used');
      await expect(visit.gate).toContainText('A link works once, within five minutes.');
      await expect(visit.gate.locator('.command')).toContainText('procmap open');
      expect(visit.page.url()).not.toContain('k=');

      await visit.page.goto(await daemon.freshLink());
      await expect(visit.gate).toBeHidden();
      await expect(visit.connection).toHaveAttribute('data-status', 'open');
    });

    test.describe(() => {
      test.use({ tolerated: /503 \(Service Unavailable\)/ });

      test('without a key says so, whatever the daemon had to say of the one before', async ({ daemon, visit }) => {
        const message = 'The reader is silent; try again.';
        await visit.page.route('**/api/session', (route) => route.fulfill({ status: 503, json: { error: 'busy', message } }), { times: 1 });
        await visit.page.goto(await daemon.freshLink());
        await expect(visit.gate).toHaveAttribute('data-gate', 'unreachable');
        await expect(visit.gate).toContainText(message);

        await visit.page.goto(`${daemon.origin}/#pid=1`);
        await expect(visit.gate).toHaveAttribute('data-gate', 'no_link');
        await expect(visit.gate).toContainText('it needs the key in the link');
      });
    });

    test('that was used, opened in its own tab again, leaves the session as it is', async ({ daemon, visit }) => {
      const link = await daemon.freshLink();
      for (let i = 0; i < 2; i++) {
        await visit.page.goto('about:blank');
        await visit.page.goto(link);
        await expect(visit.connection).toHaveAttribute('data-status', 'open');
      }
    });
  });
});

test.describe('a session', () => {
  test('outlives a reload, and so does the process on the page', { tag: '@main' }, async ({ visit, start }) => {
    const known = await start('known');
    await visit.open();
    await visit.picker.getByRole('textbox').fill(String(known.pid));
    await visit.row(known.pid).click();
    await visit.mapped();
    await visit.page.reload();
    await visit.mapped();
    await expect(visit.title).toHaveText(`known ${known.pid}`);
    await expect(visit.page).toHaveTitle(`known ${known.pid} · procmap`);
  });

  test('is for one tab: another tab needs its own link', async ({ visit, context, daemon }) => {
    await visit.open();
    const other = new Visit(await context.newPage(), daemon);
    await other.page.goto(daemon.origin);
    await expect(other.gate).toHaveAttribute('data-gate', 'no_link');
    await expect(other.gate).toContainText('procmap open');
    await expect(visit.connection).toHaveAttribute('data-status', 'open');
  });
});
