import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { BareApp, OTHER_NAME, PAGE_NAME, type RawAnswer } from '../../test/bare-app.ts';
import { pathOf } from '../../test/route-table.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';
import { bare, expectClean, expectError, OPEN, routes, useBareApp } from './closed.fixture.ts';

useBareApp();

describe('a browser that is refused', () => {
  /** Requests of a browser for a page, to a name of this machine and to another one. */
  const asks: [string, Record<string, string>][] = [
    ['with Sec-Fetch-Dest', { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: '*/*' }],
    ['with Accept alone', { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }],
  ];
  const SECRET = 'Qzx7';
  const hostile = { 'user-agent': SECRET, referer: `http://${SECRET}/`, cookie: `${SECRET}=${SECRET}`, 'x-forwarded-for': SECRET };

  /** Expects a page for people: no script, no loaded files, no form, no framing, and nothing from the request. */
  function expectPage({ status, headers, body }: RawAnswer, expected: number, what: string): void {
    expect([what, status, headers['content-type']]).toEqual([what, expected, 'text/html; charset=utf-8']);
    for (const [name, value] of SECURITY_HEADERS) if (name !== 'content-security-policy') expect([what, name, headers[name]]).toEqual([what, name, value]);
    // It has all rules of other answers except those that permit loading.
    const [style, ...rules] = (headers['content-security-policy'] ?? '')
      .split('; ')
      .sort((a, b) => Number(b.startsWith('style')) - Number(a.startsWith('style')));
    expect(rules.sort()).toEqual(["base-uri 'none'", "default-src 'none'", "form-action 'none'", "frame-ancestors 'none'"]);
    const css = /<style>([^]*?)<\/style>/.exec(body)?.[1] ?? '';
    expect(style).toBe(`style-src 'sha256-${createHash('sha256').update(css).digest('base64')}'`);
    expect(css.length).toBeGreaterThan(100);
    expect(css).not.toMatch(/url\(|@import/);
    expect(body).toMatch(/<h1>[^<>]{10,}<\/h1>\n<p>[^<>]{20,}<\/p>/);
    expect(body.match(/<(?!\/?(html|head|meta|title|style|body|main|p|h1|pre|code)\b|!doctype html>)[^>]*>| on[a-z]+=|javascript:/gi), what).toBeNull();
    expect(body).not.toContain(SECRET);
  }

  describe.each(asks)('%s', (_, ask) => {
    const get = (path: string, headers: Record<string, string> = {}): Promise<RawAnswer> => bare.request('GET', path, { ...hostile, ...ask, ...headers });

    it('gets a page that says why', async () => {
      expectPage(await get('/', { host: `${SECRET}.com` }), 403, 'another name');
      expectPage(await get(`/${SECRET}`, { origin: `http://${SECRET}.com` }), 403, 'another page');
      expectPage(await get(`/${SECRET}?${SECRET}`, { 'sec-fetch-site': 'cross-site' }), 403, 'another site');
      expectPage(await get(`/${SECRET}`), 404, 'nothing there');
      expectPage(await get('/metrics'), 401, 'no session');
    });

    it('learns nothing about this machine before it is known to be on it', async () => {
      for (const headers of [{ host: 'evil.com' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
        const { body } = await get('/x', headers);
        expect(body).not.toMatch(/home|uid|\b[0-9]{4,}\b/);
      }
      expect((await get('/metrics')).body).toContain(`<code>sudo &#39;/home/a &lt;b&gt;/procmap&#39; open</code>`);
    });

    it('gets JSON of the API, whatever happens', async () => {
      const { cookie, key } = bare.visitor();
      const disguised = ['/%61pi/system', '/a%70%69/nothing', '/%61pi/%zz', '/%61pi/%ff', `http://${bare.host}/%61pi/system`];
      for (const path of ['/api', '/api/system', '/api/nothing', '/api/processes/x/map', '/api/processes/7/map?x', ...disguised]) {
        for (const headers of [{}, { host: 'evil.com' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
          expectError(await get(path, headers), [400, 401, 403, 404], path);
        if (!path.endsWith('/system') && !path.endsWith('?x')) expectError(await get(path, { cookie, 'x-procmap-key': key }), [400, 404], path);
      }
    });
  });

  it.each<[string, string, Record<string, string>]>([
    ['a program', 'GET', { accept: '*/*' }],
    ['a program that says nothing', 'GET', {}],
    ['a script of a page', 'GET', { 'sec-fetch-dest': 'empty', accept: 'text/html' }],
    ['a frame', 'GET', { 'sec-fetch-dest': 'iframe', accept: 'text/html' }],
    ['an image', 'GET', { 'sec-fetch-dest': 'image' }],
    ['who names another type', 'GET', { accept: 'text/html+x, application/json' }],
    ['a form', 'POST', { 'sec-fetch-dest': 'document', accept: 'text/html' }],
    ['who wants the head', 'HEAD', { 'sec-fetch-dest': 'document', accept: 'text/html' }],
  ])('is only one that shows a page: %s gets JSON', async (_, method, headers) => {
    expectError(await bare.request(method, '/nothing', headers), [404], 'nothing');
    expectError(await bare.request(method, '/', { ...headers, host: 'evil.com' }), [403], 'another name');
  });

  it('learns that it has the wrong user, that this is unknown, that the reader is down, that there is no room', async () => {
    const other = new BareApp();
    const [, [, ask]] = asks as [unknown, [string, Record<string, string>]];
    await other.listen();
    other.reader.peerUid = 4321;
    const wrong = await other.request('GET', '/', { ...ask, ...hostile });
    expectPage(wrong, 403, 'wrong user');
    expect(wrong.body).toContain('user 4321');
    expect(wrong.body).toContain('<code>sudo ');
    other.reader.peerUid = null;
    expectPage(await other.request('GET', '/', { ...ask, ...hostile }), 503, 'unknown peer');
    other.reader.gate = Promise.reject(new Error('the reader is down'));
    other.reader.gate.catch(() => undefined);
    const down = await other.request('GET', '/', { ...ask, ...hostile });
    expectPage(down, 503, 'reader down');
    expect(down.body).toContain('reader');
    expectError(await other.request('GET', '/api/system', ask), [503], 'reader down');
    other.reader.gate = Promise.resolve();
    other.reader.peerUid = process.getuid?.() ?? 0;
    const many = Array.from({ length: 64 }, () => other.open('GET / HTTP/1.1\r\n'));
    await expect.poll(async () => (await other.request('GET', '/', ask)).status).toBe(503);
    expectPage(await other.request('GET', '/', { ...ask, ...hostile }), 503, 'no room');
    expectError(await other.upgrade('/api/stream', { cookie: other.visitor().cookie }), [503], 'no room for a stream');
    for (const socket of many) socket.destroy();
    await other.stop();
  });
});

describe('by a name that other programs have had', () => {
  /** Names of this machine, with any port that ssh may forward. */
  const NAMES = ['127.0.0.1', '[::1]', 'localhost', 'LOCALHOST'];
  const PORTS = ['', ':80', ':9000'];

  it('a window is redirected to the page, with the port of the request', async () => {
    for (const name of NAMES)
      for (const port of PORTS)
        for (const headers of [{}, { accept: 'text/html' }, { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' }])
          for (const method of 'sec-fetch-site' in headers ? ['GET'] : ['GET', 'HEAD']) {
            const answer = await bare.request(method, '/', { ...headers, host: `${name}${port}` });
            expect([answer.status, answer.headers['location'], answer.body]).toEqual([307, `http://${PAGE_NAME}${port}/`, '']);
            expectClean(answer, 'the way to the page');
          }
  });

  it.each<[string, Record<string, string>]>([
    ['a script', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }],
    ['a script that wants no more than to ask', { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'no-cors' }],
    ['a frame', { 'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate' }],
    ['an embedded object', { 'sec-fetch-dest': 'embed', 'sec-fetch-mode': 'navigate' }],
    ['the script of a service worker', { 'sec-fetch-dest': 'serviceworker', 'sec-fetch-mode': 'same-origin' }],
  ])('its name is not revealed to %s of a page there', async (_, headers) => {
    const answer = await bare.request('GET', '/', { ...headers, 'sec-fetch-site': 'same-origin', host: 'localhost' });
    expectError(answer, [403], 'the way to the page');
    expect(JSON.stringify(answer)).not.toContain(PAGE_NAME);
  });

  it('no route accepts a session, and only /healthz is open', async () => {
    const { cookie, key } = bare.visitor();
    for (const name of NAMES)
      for (const route of routes) {
        const [method = ''] = route.split(' ');
        for (const headers of [{}, { cookie, 'x-procmap-key': key }]) {
          const answer = await bare.request(method, pathOf(route, 7), { ...headers, host: name });
          const expected = route.endsWith(' /healthz') ? 200 : route.endsWith(' /') ? 307 : OPEN.includes(route) ? 403 : 401;
          expect([name, route, answer.status]).toEqual([name, route, expected]);
          expect(route.endsWith(' /') ? '' : JSON.stringify(answer)).not.toContain(PAGE_NAME);
        }
      }
  });

  it('no stream opens with a cookie', async () => {
    const { cookie } = bare.visitor();
    for (const name of NAMES)
      expectError(await bare.upgrade('/api/stream', { cookie, host: `${name}:1`, origin: `http://${name}:1` }), [401], `a stream at ${name}`);
  });

  it('there is no redirect before the user is known to be permitted', async () => {
    const other = new BareApp();
    await other.listen();
    other.reader.peerUid = 4321;
    const answer = await other.request('GET', '/', { host: 'localhost' });
    expectError(answer, [403], 'another user');
    expect(JSON.stringify(answer)).not.toContain(PAGE_NAME);
    await other.stop();
  });

  it('an invalid token gets another answer than none', async () => {
    const messages = await Promise.all([{}, { authorization: 'Bearer old' }].map(async (headers) => (await bare.request('GET', '/api/system', headers)).body));
    expect(messages).toEqual([expect.stringContaining('procmap printed') as string, expect.stringContaining('--token-file') as string]);
  });

  it('a request to another start learns that procmap was restarted, and no name', async () => {
    const asked = { host: `${OTHER_NAME}:${bare.port}`, 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none' };
    const page = await bare.request('GET', '/', asked);
    expect([page.status, page.body]).toEqual([403, expect.stringContaining('<h1>procmap was restarted</h1>') as string]);
    expect(page.body).toContain(`href="http://127.0.0.1:${bare.port}/"`);
    const script = await bare.request('GET', '/api/system', { host: asked.host, 'sec-fetch-site': 'same-origin' });
    expect(JSON.parse(script.body)).toMatchObject({ error: 'other_start' });
    expect(JSON.stringify([page, script])).not.toContain(PAGE_NAME);
  });
});

describe('a link from another site', () =>
  it('leads to the page, and no further', async () => {
    const click = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const { cookie, key } = bare.visitor();
    const page = await bare.request('GET', '/', click);
    expect([page.status, page.body]).toEqual([200, '<!doctype html>']);
    expectClean(page, 'the page');
    for (const route of routes) {
      const [method = ''] = route.split(' ');
      if (route !== 'GET /') expect((await bare.request(method, pathOf(route, 7), { ...click, cookie, 'x-procmap-key': key })).status, route).toBe(403);
    }
  }));
