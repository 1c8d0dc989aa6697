import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { BareApp, OTHER_NAME, PAGE_NAME, type RawAnswer } from '../../test/bare-app.ts';
import { pathOf, routesOf } from '../../test/route-table.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';

/** All that is answered without a session. Whatever else there is, or will be, is closed. */
const OPEN = ['GET /', 'HEAD /', 'GET /assets/app-1a2b3c.js', 'HEAD /assets/app-1a2b3c.js', 'GET /healthz', 'HEAD /healthz', 'POST /api/session'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

let bare: BareApp;
/** `METHOD /path` of every route of the real table. */
let routes: string[];

beforeAll(async () => {
  bare = new BareApp();
  bare.app.get('/new', () => 'a route that nobody thought about');
  bare.app.post('/api/new', () => 'another one');
  await bare.listen();
  routes = routesOf(bare.app.printRoutes({ commonPrefix: false }));
});

afterAll(() => bare.stop());

/** What every answer must be like, whatever it is. */
function expectClean(answer: RawAnswer, what: string): void {
  for (const [name, value] of SECURITY_HEADERS) {
    const kept = name === 'cache-control' && answer.headers[name]?.includes('immutable') === true;
    if (!kept) expect([what, name, answer.headers[name]]).toEqual([what, name, value]);
  }
  expect(answer.headers, what).not.toHaveProperty('access-control-allow-origin');
  expect(answer.headers, what).not.toHaveProperty('x-powered-by');
  expect(answer.body, what).not.toMatch(/node_modules|\/srv\/|\.ts\b|\.js:|\bat .*\(|fastify|FST_/i);
}

/** An error in the one form of all routes. */
function expectError(answer: RawAnswer, statuses: readonly number[], what: string): void {
  expectClean(answer, what);
  expect(statuses, `${what}: ${answer.status} ${answer.body}`).toContain(answer.status);
  if (answer.body === '') return;
  expect(JSON.parse(answer.body), what).toEqual({ error: expect.stringMatching(/^[a-z_]+$/) as string, message: expect.stringMatching(/.{10}/) as string });
}

describe('the table of routes', () => {
  it('is the real one', () =>
    expect(routes).toEqual(
      expect.arrayContaining([...OPEN, 'GET /new', 'POST /api/new', 'GET /api/processes', 'GET /api/processes/:pid/map', 'GET /api/system']),
    ));

  it('holds nothing open but what is listed here', async () => {
    const open: string[] = [];
    for (const route of routes) {
      const [method = ''] = route.split(' ');
      const { status } = await bare.request(method, pathOf(route, 7));
      if (status !== 401 && status !== 403) open.push(route);
    }
    expect(open.toSorted()).toEqual(OPEN.toSorted());
  });

  it('is answered to who has a session', async () => {
    const { cookie, key } = bare.visitor();
    for (const [index, route] of routes.entries()) {
      const [method = ''] = route.split(' ');
      // Each of another process: one may not be read that often.
      const answer = await bare.request(method, pathOf(route, index + 1), { cookie, 'x-procmap-key': key });
      expect(answer.status, route).toBe(route === 'POST /api/session' ? 400 : 200);
      expectClean(answer, route);
    }
  });
});

describe('every path, with every method', () => {
  /** All that the routes have, whether there is a route for the method or not. */
  async function each(headers: Readonly<Record<string, string>>, check: (answer: RawAnswer, what: string) => void): Promise<void> {
    for (const path of new Set([...routes.map((route) => pathOf(route, 7)), '/api/stream', '/api', '/api/', '/nothing', '/api/nothing']))
      for (const method of METHODS) check(await bare.request(method, path, headers), `${method} ${path}`);
  }

  const session = () => {
    const { cookie, key } = bare.visitor();
    return { cookie, 'x-procmap-key': key };
  };

  it.each<[string, () => Record<string, string>]>([
    ['nothing', () => ({})],
    ['the cookie alone', () => ({ cookie: session().cookie })],
    ['the key alone', () => ({ 'x-procmap-key': session()['x-procmap-key'] })],
    ['the cookie of one session and the key of another', () => ({ ...session(), cookie: session().cookie })],
    ['a token where there is none', () => ({ authorization: 'Bearer null' })],
  ])('is closed to who brings %s', async (_, headers) => {
    await each(headers(), (answer, what) => {
      if (OPEN.includes(what)) expectClean(answer, what);
      else expectError(answer, / \/(api|new|metrics)/.test(what) ? [401, 404] : [404], what);
      if (routes.some((route) => what === route.replace(':pid', '7')) && !OPEN.includes(what)) expect(answer.status, what).toBe(401);
      if (what.includes(' /api') && !OPEN.includes(what)) expect(answer.status, what).toBe(401);
    });
  });

  it.each<[string, Record<string, string>]>([
    ['asks under another name', { host: 'evil.com' }],
    ['asks under a name that begins as ours', { host: '127.0.0.1.evil.com' }],
    ['asks under the name of another start', { host: OTHER_NAME }],
    ['asks under a name below localhost', { host: 'x.localhost' }],
    ['asks under our name with a dot behind it', { host: `${PAGE_NAME}.` }],
    ['comes from a page of another start', { origin: `http://${OTHER_NAME}` }],
    ['comes from another page', { origin: 'http://evil.com' }],
    ['comes from a page of nowhere', { origin: 'null' }],
    ['comes from another port of this machine', { origin: 'http://127.0.0.1:1' }],
    ['is sent by another site', { 'sec-fetch-site': 'cross-site' }],
    ['is sent by another port of this machine', { 'sec-fetch-site': 'same-site' }],
  ])('is closed to a request that %s, session or not', async (_, headers) => {
    await each({ ...session(), ...headers }, (answer, what) => expectError(answer, [403], what));
  });
});

it('a handler that fails says nothing of how, but for the log', async () => {
  const broken = new BareApp();
  broken.app.get('/api/broken', () => {
    throw new TypeError('in /srv/secret.ts');
  });
  await broken.listen();
  const logged: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation((line) => logged.push(String(line)) > 0);
  const { cookie, key } = broken.visitor();
  expectError(await broken.request('GET', '/api/broken', { cookie, 'x-procmap-key': key }), [500], 'broken');
  write.mockRestore();
  expect(logged.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: 'error', route: '/api/broken', why: expect.stringContaining('secret.ts') as string },
  ]);
  expect(logged.join('')).not.toContain(key);
  await broken.stop();
});

describe('a path', () => {
  const asset = '/assets/app-1a2b3c.js';
  it.each([
    '/..',
    '/.',
    '/./',
    '/../',
    '/../../etc/passwd',
    '/assets/../',
    '/assets/../assets/app-1a2b3c.js',
    '/assets/./app-1a2b3c.js',
    '/assets/..%2f..%2f..%2fetc%2fpasswd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/%2e%2e%2f%2e%2e%2fetc%2fpasswd',
    '/assets%2fapp-1a2b3c.js',
    '/assets/%5c..%5c..%5cetc',
    '/assets\\..\\..\\etc',
    '/..%5c..%5cetc%5cpasswd',
    '//',
    '//etc/passwd',
    '///healthz',
    '//healthz',
    '/assets//app-1a2b3c.js',
    '//127.0.0.1/healthz',
    `${asset}%00`,
    `${asset}%00.html`,
    '/%00',
    `${asset}/`,
    `${asset}/..`,
    `${asset}.map`,
    `${asset}.br`,
    `${asset}.gz`,
    '/assets/..%2fapp-1a2b3c.js',
    `${asset};x`,
    `${asset}%3f`,
    '/ASSETS/app-1a2b3c.js',
    '/assets/',
    '/assets',
    '/index.html',
    '/package.json',
    '/.env',
    '/healthz/',
    '/healthz%20',
    '/HEALTHZ',
    '/%',
    '/%zz',
    '/%c0%af',
    '/%ff',
    '/a%',
    'http://evil.com/',
    'http://127.0.0.1/healthz',
    '*',
    `/${'a'.repeat(3000)}`,
    '/new/',
    '/new%2f',
  ])('%s leads nowhere', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST']) expectError(await bare.request(method, path), [400, 404, 401], `${method} ${path}`);
    expect((await bare.request('GET', path)).status === 401).toBe(false);
  });

  it.each([
    '/api/..',
    '/api/../healthz',
    '/api/processes/../system',
    '/api/%2e%2e/healthz',
    '/api//system',
    '/api/system/',
    '/api/system%00',
    '/api/processes/7/map/',
    '/API/system',
  ])('%s of the API leads nowhere, with a session too', async (path) => {
    const { cookie, key } = bare.visitor();
    expectError(await bare.request('GET', path), [401, 404, 400], path);
    expectError(await bare.request('GET', path, { cookie, 'x-procmap-key': key }), [404, 400], path);
  });

  it('may have a query, which changes nothing', async () => {
    expect((await bare.request('GET', '/healthz?x=../../etc/passwd')).body).toBe('{"status":"ok"}');
    expectError(await bare.request('GET', '/api/system?key=x'), [401], 'a query');
  });

  it('with raw bytes in it leads nowhere', async () => {
    for (const path of ['/\0', '/healthz\0', '/\xff', '/assets/\x01', '/a b'])
      expectError(await bare.raw(`GET ${path} HTTP/1.1\r\nhost: ${bare.host}\r\nconnection: close\r\n\r\n`), [400, 404], JSON.stringify(path));
  });
});

describe('a browser that is refused', () => {
  /** As it asks for a page, to a name of this machine and to another one. */
  const asks: [string, Record<string, string>][] = [
    ['with Sec-Fetch-Dest', { 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'none', accept: '*/*' }],
    ['with Accept alone', { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }],
  ];
  const SECRET = 'Qzx7';
  const hostile = { 'user-agent': SECRET, referer: `http://${SECRET}/`, cookie: `${SECRET}=${SECRET}`, 'x-forwarded-for': SECRET };

  /** A page for people: no script, nothing loaded, no form, not in a frame, and nothing that the request said. */
  function expectPage({ status, headers, body }: RawAnswer, expected: number, what: string): void {
    expect([what, status, headers['content-type']]).toEqual([what, expected, 'text/html; charset=utf-8']);
    for (const [name, value] of SECURITY_HEADERS) if (name !== 'content-security-policy') expect([what, name, headers[name]]).toEqual([what, name, value]);
    // Of the rules for all answers none is lacking but those that let something be loaded.
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

    it('is told nothing of this machine before it is known that this machine asks', async () => {
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
  ])('is no other than one that shows a page: %s gets JSON', async (_, method, headers) => {
    expectError(await bare.request(method, '/nothing', headers), [404], 'nothing');
    expectError(await bare.request(method, '/', { ...headers, host: 'evil.com' }), [403], 'another name');
  });

  it('hears whose it is, that nobody can tell, that the reader is down, that there is no room', async () => {
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
  /** This machine's own, at whatever port of ssh. */
  const NAMES = ['127.0.0.1', '[::1]', 'localhost', 'LOCALHOST'];
  const PORTS = ['', ':80', ':9000'];

  it('the way to the page is told to who opens a window, with the port by which they came', async () => {
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
  ])('it is not told to %s of a page there', async (_, headers) => {
    const answer = await bare.request('GET', '/', { ...headers, 'sec-fetch-site': 'same-origin', host: 'localhost' });
    expectError(answer, [403], 'the way to the page');
    expect(JSON.stringify(answer)).not.toContain(PAGE_NAME);
  });

  it('no route answers to a session, and only /healthz to nobody in particular', async () => {
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

  it('the way is not told before it is known that who asks may ask', async () => {
    const other = new BareApp();
    await other.listen();
    other.reader.peerUid = 4321;
    const answer = await other.request('GET', '/', { host: 'localhost' });
    expectError(answer, [403], 'another user');
    expect(JSON.stringify(answer)).not.toContain(PAGE_NAME);
    await other.stop();
  });

  it('a token that does not count is told apart from none', async () => {
    const messages = await Promise.all([{}, { authorization: 'Bearer old' }].map(async (headers) => (await bare.request('GET', '/api/system', headers)).body));
    expect(messages).toEqual([expect.stringContaining('procmap printed') as string, expect.stringContaining('--token-file') as string]);
  });

  it('of another start who asks hears that procmap was restarted, and no name', async () => {
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

describe('an upgrade', () => {
  it('to a stream needs the session’s cookie, our host and our origin', async () => {
    const { cookie, key } = bare.visitor();
    expect((await bare.upgrade('/api/stream', { cookie })).status).toBe(101);
    for (const [headers, status] of [
      [{}, 401],
      [{ cookie: 'a=b' }, 401],
      [{ 'x-procmap-key': key }, 401],
      [{ cookie, host: 'evil.com' }, 403],
      [{ cookie, host: 'evil.com', origin: 'http://evil.com' }, 403],
      [{ cookie, origin: 'http://evil.com' }, 403],
      [{ cookie, origin: 'null' }, 403],
      [{ cookie, origin: '' }, 403],
      [{ cookie, 'sec-fetch-site': 'cross-site' }, 403],
      [{ cookie, 'sec-fetch-site': 'same-site' }, 403],
    ] as const)
      expectError(await bare.upgrade('/api/stream', headers), [status], JSON.stringify(headers));
  });

  it('anywhere else leads nowhere', async () => {
    const { cookie } = bare.visitor();
    for (const path of ['/', '/healthz', '/api/system', '/api/stream/', '/api/stream?x', '//api/stream', '/api%2fstream', '/api/processes/7/map'])
      expectError(await bare.upgrade(path, { cookie }), [404], path);
  });

  it('that is none of WebSocket’s is an error like any other', async () => {
    const { cookie } = bare.visitor();
    for (const headers of [{ 'sec-websocket-key': 'x' }, { 'sec-websocket-key': '' }, { 'sec-websocket-version': '12' }])
      expectError(await bare.upgrade('/api/stream', { cookie, ...headers }), [400], JSON.stringify(headers));
    expectError(await bare.upgrade('/api/stream', { cookie }, 'POST'), [400, 405], 'POST');
  });

  it('to another protocol, as some clients of HTTP offer it, is a plain request', async () => {
    const offer = { upgrade: 'h2c', origin: '', 'http2-settings': 'AAMAAABkAAQCAAAAAAIAAAAA', connection: 'Upgrade, HTTP2-Settings, close' };
    expect(await bare.upgrade('/healthz', offer)).toMatchObject({ status: 200, body: '{"status":"ok"}' });
    expectError(await bare.upgrade('/api/system', offer), [401], 'h2c');
    expectError(await bare.upgrade('/api/stream', offer), [401], 'h2c');
    expectError(await bare.upgrade('/healthz', { ...offer, host: 'evil.com' }), [403], 'h2c');
  });
});
