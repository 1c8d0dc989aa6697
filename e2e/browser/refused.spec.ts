import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from '@playwright/test';
import { expect, test } from './test.ts';

/**
 * A browser that comes from elsewhere: a link on another site opens the page, another host name gets a page with the
 * reason.
 */
test.describe('a link on another site', () => {
  // The other site is not one of this page's hosts.
  test.use({ tolerated: /^request to http:\/\/mail\.localhost|403 \(Forbidden\)/ });
  let server: Server;
  let port: number;
  let target = '';

  test.beforeAll(async () => {
    server = createServer((_, response) => {
      const links = `<a href="${target}">here</a> <a href="${target}" target="_blank">new window</a> <a href="${target.replace(/#.*/, 'healthz')}">health</a>`;
      response.setHeader('content-type', 'text/html').end(`<!doctype html><title>mail</title>${links}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  test.afterAll(() => {
    server.close();
  });

  // To the browser, every name below localhost is this machine, but another site.
  for (const host of ['mail.localhost', '127.0.0.1'])
    test(`opens the page: of ${host}, in the same window and in another one`, async ({ page, context, daemon, visit }) => {
      target = await daemon.freshLink();
      await page.goto(`http://${host}:${port}/`).catch(() => undefined);
      await page.getByText('here').click();
      await expect(visit.connection).toHaveAttribute('data-status', 'open');
      expect(page.url()).toBe(`${daemon.origin}/`);

      const mail = await context.newPage();
      target = await daemon.freshLink();
      await mail.goto(`http://${host}:${port}/`);
      const [opened] = await Promise.all([context.waitForEvent('page'), mail.getByText('new window').click()]);
      await expect(opened.getByTestId('connection')).toHaveAttribute('data-status', 'open');
      expect(await opened.evaluate(() => window.opener === null)).toBe(true);
    });

  test('only leads to the page', async ({ page, daemon }) => {
    target = await daemon.freshLink();
    await page.goto(`http://mail.localhost:${port}/`);
    await page.getByText('health').click();
    await expect(page.getByRole('heading')).toHaveText('This link comes from another site');
    await expect(page.locator('body')).not.toContainText('"status"');
  });
});

test.describe('a browser that is refused', () => {
  // The browser's own message, and requests to a name below localhost, which is not one of this page's hosts.
  test.use({ tolerated: /403 \(Forbidden\)|^request to http:\/\/elsewhere\.localhost/ });

  /** Displayed colours of the background and the title. */
  const colours = (page: Page): Promise<string[]> =>
    page.evaluate(() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('h1') ?? document.body).color]);

  test('sees one sentence and one command, light and dark, on a wide and a narrow screen', async ({ page, daemon }) => {
    const seen = new Map<string, string[]>();
    for (const [width, height] of [
      [1440, 900],
      [360, 640],
    ] as const)
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme });
        const response = await page.goto(`http://elsewhere.localhost:${daemon.port}/`);
        expect(response?.status()).toBe(403);
        await expect(page.getByRole('heading', { level: 1 })).toHaveText('procmap does not know this host name');
        await expect(page.locator('code')).toHaveText('procmap serve --allow-host=NAME');
        const box = await page.getByRole('main').boundingBox();
        expect(box?.width).toBeLessThanOrEqual(Math.min(width - 32, 480));
        expect((box?.x ?? 0) * 2 + (box?.width ?? 0)).toBeCloseTo(width, -1);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
        seen.set(colorScheme, await colours(page));
        if (process.env['PROCMAP_PICTURES'] !== undefined)
          await page.screenshot({ path: `${process.env['PROCMAP_PICTURES']}/refused-${width}-${colorScheme}.png` });
      }
    // The style sheet is allowed by its digest.
    expect(seen.get('light')).not.toEqual(seen.get('dark'));
    expect(await page.evaluate(() => document.scripts.length)).toBe(0);
  });
});
