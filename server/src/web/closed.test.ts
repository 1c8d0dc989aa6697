import { describe, expect, it, vi } from 'vitest';
import { BareApp, OTHER_NAME, PAGE_NAME, type RawAnswer } from '../../test/bare-app.ts';
import { named, pathOf } from '../../test/route-table.ts';
import { processRoute } from './answer/process-route.ts';
import { badRange } from './answer/range.ts';
import { bare, expectClean, expectError, OPEN, routes, useBareApp } from './closed.fixture.ts';

useBareApp();

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND'];

describe('the table of routes', () => {
  it('is the real one', () =>
    expect(routes).toEqual(
      expect.arrayContaining([...OPEN, 'GET /new', 'POST /api/new', 'GET /api/processes', 'GET /api/processes/:pid/map', 'GET /api/system']),
    ));

  it('leaves only the routes listed here open', async () => {
    const open: string[] = [];
    for (const route of routes) {
      const [method = ''] = route.split(' ');
      const { status } = await bare.request(method, pathOf(route, 7));
      if (status !== 401 && status !== 403) open.push(route);
    }
    expect(open.toSorted()).toEqual(OPEN.toSorted());
  });

  it('is answered with a session', async () => {
    const { cookie, key } = bare.visitor();
    for (const [index, route] of routes.entries()) {
      const [method = ''] = route.split(' ');
      // A different process each time, since one may not be read that often.
      const answer = await bare.request(method, pathOf(route, index + 1), { cookie, 'x-procmap-key': key });
      expect(answer.status, named(route, answer)).toBe(route === 'POST /api/session' ? 400 : 200);
      expectClean(answer, route);
    }
  });
});

it('a route that needs a query that the tests do not know says so', async () => {
  const more = new BareApp();
  processRoute(more.app, 'span', async () => Promise.reject(badRange('start must be an address')));
  await more.listen();
  const { cookie, key } = more.visitor();
  const route = 'GET /api/processes/:pid/span';
  const answer = await more.request('GET', pathOf(route, 7), { cookie, 'x-procmap-key': key });
  expect(named(route, answer)).toMatch(/^GET .*start must be an address.*add that to QUERIES/);
  expect(named(route, { ...answer, status: 200 })).toBe(route);
  await more.stop();
});

describe('every path, with every method', () => {
  /** All paths of the routes with all methods, whether or not there is a route for the method. */
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
  ])('is closed to requests with %s', async (_, headers) => {
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

it('a failing handler reveals details only in the log', async () => {
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

  it('on any other path is refused', async () => {
    const { cookie } = bare.visitor();
    for (const path of ['/', '/healthz', '/api/system', '/api/stream/', '/api/stream?x', '//api/stream', '/api%2fstream', '/api/processes/7/map'])
      expectError(await bare.upgrade(path, { cookie }), [404], path);
  });

  it('that is not a WebSocket is an error like any other', async () => {
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
