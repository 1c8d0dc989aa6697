import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fetchFrom } from '../http.ts';
import { expect, test } from './test.ts';

/**
 * Another user of the machine serves a page at another port, and the victim opens it. Browsers send cookies to all
 * ports of a host, but what this page and its server get must be useless.
 */
test.describe('a page at another port of this machine', () => {
  // The browser's messages about refused requests.
  test.use({ tolerated: /./ });
  let server: Server;
  let origin: string;
  /** The last request to its server for each path. */
  const got = new Map<string, IncomingHttpHeaders>();

  test.beforeAll(async () => {
    server = createServer((request, response) => {
      got.set(request.url ?? '', request.headers);
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>evil</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  test.afterAll(() => {
    server.close();
  });

  test('gets the cookie, and nothing by it', async ({ visit, context, daemon }) => {
    await visit.open(process.pid);
    const evil = await context.newPage();
    await evil.goto(`${origin}/`);
    // The page's name is not valid for another port, nor known there.
    expect(got.get('/')).not.toHaveProperty('cookie');
    // If the name has become known after all.
    await evil.goto(`http://${new URL(daemon.origin).hostname}:${new URL(origin).port}/`);
    const stolen = got.get('/')?.cookie ?? '';
    // Otherwise this test would prove nothing.
    expect(stolen).toContain('procmap-');
    expect(await evil.evaluate(() => document.cookie)).toBe('');

    // Its server sends requests with the stolen cookie.
    for (const path of ['/api/system', '/api/processes', `/api/processes/${process.pid}/map`]) {
      const response = await fetchFrom(daemon.origin, path, { headers: { cookie: stolen } });
      expect([path, response.status]).toEqual([path, 401]);
    }

    // The page itself sends requests, in every way that a page can.
    const answers = await evil.evaluate(async (target) => {
      const tried: Record<string, string> = {};
      const ask = async (name: string, path: string, options: RequestInit): Promise<void> => {
        tried[name] = await fetch(`${target}${path}`, options).then(
          (response) => `${response.type} ${response.status}`,
          () => 'refused',
        );
      };
      await ask('plain', '/api/system', { credentials: 'include' });
      await ask('opaque', '/api/system', { credentials: 'include', mode: 'no-cors' });
      await ask('key', '/api/system', { credentials: 'include', headers: { 'x-procmap-key': 'x' } });
      await ask('post', '/api/session', { method: 'POST', credentials: 'include', mode: 'no-cors', body: '{"key":"x"}' });
      tried['stream'] = await new Promise((resolve) => {
        const socket = new WebSocket(`${target.replace('http', 'ws')}/api/stream`);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      });
      const load = (tag: 'img' | 'script' | 'iframe', path: string): Promise<string> =>
        new Promise((resolve) => {
          const element = document.createElement(tag);
          element.onload = () => resolve(tag === 'iframe' && (element as HTMLIFrameElement).contentDocument === null ? 'not to be looked into' : 'loaded');
          element.onerror = () => resolve('refused');
          element.src = `${target}${path}`;
          document.body.append(element);
        });
      tried['script'] = await load('script', '/api/processes');
      tried['image'] = await load('img', '/healthz');
      tried['frame'] = await load('iframe', '/');
      return tried;
    }, daemon.origin);
    expect(answers).toEqual({
      plain: 'refused',
      // Its answer is a refusal, which the page cannot read either; some versions of Chromium drop it already.
      opaque: expect.stringMatching(/^(opaque 0|refused)$/),
      key: 'refused',
      post: expect.stringMatching(/^(opaque 0|refused)$/),
      stream: 'refused',
      script: 'refused',
      image: 'refused',
      frame: expect.stringMatching(/^(not to be looked into|refused)$/),
    });
    // The frame holds the browser's own error, not procmap.
    expect(evil.frames().filter((frame) => frame.url().startsWith(daemon.origin))).toEqual([]);
    await expect(visit.connection).toHaveAttribute('data-status', 'open');
  });

  test('learns neither the address nor the key of the page a user comes from', async ({ visit, page }) => {
    await visit.open(process.pid);
    await page.evaluate((target) => {
      const link = document.createElement('a');
      link.href = target;
      link.textContent = 'away';
      document.body.append(link);
      link.click();
    }, `${origin}/away`);
    await page.waitForURL(`${origin}/away`);
    expect(await page.evaluate(() => document.referrer)).toBe('');
    expect(await page.evaluate(() => [window.opener === null, sessionStorage.length])).toEqual([true, 0]);
    expect(got.get('/away')).toBeDefined();
    expect(got.get('/away')).not.toHaveProperty('referer');
  });
});
