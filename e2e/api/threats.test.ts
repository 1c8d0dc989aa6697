import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp } from '../../server/test/bare-app.ts';
import { pathOf, routesOf } from '../../server/test/route-table.ts';
import { SECURITY_HEADERS } from '../../server/src/web/gate/guard.ts';
import { Daemon } from '../daemon.ts';
import { enter, fetchFrom, keyOf, requestBytes, type Session } from '../http.ts';
import { expectRefused, RawClient } from './raw-client.ts';

/**
 * Attacks that a privileged daemon's page must withstand, as bytes on a raw connection to the real daemon. Tests beside the code cover the same in detail
 * (server/src/web/{gate/guard,closed,raw,live/stream-limits}.test.ts); these show that nothing got lost on the way into the product.
 */
let daemon: Daemon;
let client: RawClient;
let session: Session;
/** `METHOD /path` of all routes except the assets. */
let routes: string[];
let asset: string;

beforeAll(async () => {
  const bare = new BareApp();
  await bare.app.ready();
  routes = routesOf(bare.app.printRoutes({ commonPrefix: false })).filter((route) => !route.includes('/assets/'));
  await bare.stop();
  daemon = await Daemon.start();
  client = new RawClient(daemon);
  session = await enter(daemon.link);
  asset = /\/assets\/[\w.-]+\.js/.exec(await (await fetchFrom(daemon.origin, '/')).text())?.[0] ?? '';
  expect(asset).not.toBe('');
});

afterAll(() => daemon.stop());

/** Every kind of path. */
function places(): string[] {
  return [...new Set(routes.map((route) => pathOf(route, process.pid))), asset, '/nothing', '/api/nothing', '/api/stream'];
}

describe('a host', () => {
  it.each(['127.0.0.1:1', 'localhost', 'LOCALHOST:8642', '[::1]:9', '127.0.0.1'])('%s is this machine’s, at any port', async (name) =>
    expect((await client.send(requestBytes('GET', '/healthz', { host: name }))).status).toBe(200),
  );

  it.each([
    'evil.com',
    'localhost.evil.com',
    '127.0.0.1.nip.io',
    '0.0.0.0',
    '127.0.0.2',
    '',
    'localhost:1:2',
    '127.1',
    '[::]',
    'localhost@evil.com',
    'http://localhost',
    'x.localhost',
    'a1b2c3d4e5f6g7h8.localhost',
    'OWN.',
    'x.OWN',
  ])('%j is not accepted on any path, whatever else is sent', async (given) => {
    const name = given.replace('OWN', new URL(daemon.origin).hostname);
    for (const path of places()) expectRefused(await client.send(requestBytes('GET', path, { ...session, host: name })), 403, path);
    expectRefused(await client.upgrade({ cookie: session.cookie, host: name || ' ', origin: `http://${name}` }), 403, 'upgrade');
  });

  it('that is missing, doubled, only forwarded or in the target is not accepted', async () => {
    expectRefused(await client.send('GET / HTTP/1.1\r\nconnection: close\r\n\r\n'), 403, 'missing');
    expectRefused(await client.send('GET / HTTP/1.0\r\n\r\n'), 403, 'HTTP/1.0');
    for (const [first, second] of [
      ['evil.com', client.host],
      [client.host, 'evil.com'],
      [client.host, client.host],
    ] as const)
      expectRefused(await client.send(`GET / HTTP/1.1\r\nhost: ${first}\r\nHost: ${second}\r\nconnection: close\r\n\r\n`), 403, 'doubled');
    for (const name of ['x-forwarded-host', 'x-original-host', 'forwarded'])
      expectRefused(
        await client.send(requestBytes('GET', '/', { host: 'evil.com', [name]: name === 'forwarded' ? `host=${client.host}` : client.host })),
        403,
        name,
      );
    expectRefused(await client.send(`GET http://${client.host}/healthz HTTP/1.1\r\nhost: ${client.host}\r\nconnection: close\r\n\r\n`), 404, 'absolute form');
    expectRefused(await client.send(`GET http://evil.com/ HTTP/1.1\r\nhost: ${client.host}\r\nconnection: close\r\n\r\n`), 404, 'absolute form of another');
  });
});

describe('an address that other programs have had before', () => {
  it.each(['127.0.0.1', '[::1]', 'localhost'])('(%s) has no page, no session and no stream of one, whatever is brought', async (name) => {
    const elsewhere = `${name}:9000`;
    const link = JSON.stringify({ key: keyOf(await daemon.freshLink()) });
    const way = await client.ask('GET', '/', { host: elsewhere });
    expect([way.status, /^location: (.*)$/im.exec(way.head)?.[1]]).toEqual([307, `http://${new URL(daemon.origin).hostname}:9000/`]);
    for (const path of places()) {
      const expected = path === '/healthz' ? 200 : path === '/' ? 307 : path === asset ? 403 : path.startsWith('/api') || path === '/metrics' ? 401 : 404;
      expect([path, (await client.ask('GET', path, { ...session, host: elsewhere })).status]).toEqual([path, expected]);
    }
    expectRefused(await client.ask('POST', '/api/session', { host: elsewhere, 'content-type': 'application/json' }, link), 403, 'a link');
    expectRefused(await client.upgrade({ cookie: session.cookie, host: elsewhere, origin: `http://${elsewhere}` }), 401, 'a stream');
    expect((await client.ask('GET', '/api/system', { host: elsewhere, authorization: `Bearer ${daemon.token}` })).status).toBe(200);
    // The link still works.
    expect((await client.ask('POST', '/api/session', { 'content-type': 'application/json' }, link)).status).toBe(200);
  });
});

describe('an origin', () => {
  it.each(['http://evil.com', 'null', 'https://127.0.0.1', 'http://127.0.0.1:1', 'http://localhost.evil.com', 'file://', 'chrome-extension://abc'])(
    '%s is refused on every path, session or not',
    async (origin) => {
      for (const path of places()) expectRefused(await client.ask('GET', path, { ...session, origin }), 403, path);
      expectRefused(await client.upgrade({ cookie: session.cookie, origin }), 403, 'upgrade');
    },
  );

  it('of procmap itself is needed for the stream', async () => {
    expectRefused(await client.upgrade({ cookie: session.cookie, origin: '' }), 403, 'none');
    const socket = connect(daemon.port, '127.0.0.1');
    const all = {
      host: client.host,
      origin: `http://${client.host}`,
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    };
    socket.write(requestBytes('GET', '/api/stream', { ...all, cookie: session.cookie }).replace('connection: close', 'connection: Upgrade'));
    // The daemon sends nothing before it has received the key, and waits two seconds for it.
    const said = await text(socket);
    expect(said).toMatch(/^HTTP\/1\.1 101 /);
    expect(said.split('\r\n\r\n')[1]).toMatch(/^.{4}no hello$/s);
  });
});

describe('a link from another site', () => {
  const click = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document', accept: 'text/html' };

  it.each(['cross-site', 'same-site'])('(%s) leads a window only to the page, which holds no data', async (site) => {
    const page = await client.ask('GET', '/', { ...click, 'sec-fetch-site': site });
    expect(page.status).toBe(200);
    for (const secret of [daemon.token, session['x-procmap-key'], keyOf(daemon.link)]) expect(page.body).not.toContain(secret);
    for (const path of places())
      if (path !== '/') expect((await client.ask('GET', path, { ...session, ...click, 'sec-fetch-site': site })).status, path).toBe(403);
    for (const dest of ['iframe', 'object', 'script', 'empty'])
      expectRefused(await client.ask('GET', '/', { ...session, ...click, 'sec-fetch-site': site, 'sec-fetch-dest': dest }), 403, dest);
    for (const mode of ['cors', 'no-cors', 'same-origin'])
      expect((await client.ask('GET', '/', { ...session, ...click, 'sec-fetch-site': site, 'sec-fetch-mode': mode })).status, mode).toBe(403);
    expectRefused(await client.ask('POST', '/', { ...session, ...click, 'sec-fetch-site': site }), 403, 'a form');
    expectRefused(await client.upgrade({ ...click, cookie: session.cookie, 'sec-fetch-site': site }), 403, 'a stream');
  });
});

describe('a browser that is refused', () => {
  it('gets a page without scripts, which reveals nothing about this machine under another name', async () => {
    for (const accept of ['text/html', 'text/html,*/*;q=0.8']) {
      const { status, head, body } = await client.ask('GET', '/x7q9z', { host: 'evil.com', accept, cookie: 'x7q9z=1' });
      expect(status).toBe(403);
      expect(head).toMatch(/content-type: text\/html; charset=utf-8/i);
      expect(head).toMatch(
        /content-security-policy: default-src 'none'; style-src 'sha256-[\w+/]{43}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'/i,
      );
      for (const [name, value] of SECURITY_HEADERS)
        if (name !== 'content-security-policy') expect(head.toLowerCase()).toContain(`${name}: ${value}`.toLowerCase());
      expect(body).not.toMatch(/<script|x7q9z|evil|node_modules|\/(root|home|tmp|work)\//);
    }
  });

  it('gets JSON of the API', async () => {
    for (const headers of [{}, { host: 'evil.com' }, { 'sec-fetch-site': 'cross-site' }])
      expectRefused(
        await client.ask('GET', '/api/system', { accept: 'text/html', 'sec-fetch-dest': 'document', ...headers }),
        'host' in headers || 'sec-fetch-site' in headers ? 403 : 401,
        'api',
      );
  });
});

describe('a path', () => {
  it.each([
    '/..',
    '/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2fpackage.json',
    '/assets%2f..%2findex.html',
    '/assets/%2e%2e/%2e%2e/etc/passwd',
    '/assets/%2fetc%2fpasswd',
    '/assets/.%2e/index.html',
    '/assets//etc/passwd',
    '/assets/',
    '/.env',
    '/assets/.env',
    '/index.html.br',
    '/..%5c..%5cetc',
    '//etc/passwd',
    '//',
    '/%00',
    '/assets/../../server/dist/web.js',
    '/index.html',
    '/package.json',
    '/proc/self/environ',
  ])('%s leads nowhere', async (path) => {
    for (const method of ['GET', 'HEAD', 'POST']) expect([400, 404], `${method} ${path}`).toContain((await client.ask(method, path, { ...session })).status);
    const { head } = await client.ask('GET', path);
    for (const [name] of SECURITY_HEADERS) expect(head.toLowerCase()).toContain(`${name}: `);
  });

  it.each(['1%2f..%2fself', '..%2fself', 'self', '1e3', '0x1', '%201', '01', '-1', '1%00', '9999999999999999', '%F0%9D%9F%8F'])(
    'of process %s is invalid',
    async (pid) => {
      for (const rest of ['map', 'stats', 'smaps', 'maps.csv', 'program', 'file?start=0x1000'])
        expect([400, 404]).toContain((await client.ask('GET', `/api/processes/${pid}/${rest}`, { ...session })).status);
    },
  );
});

describe('a request beyond a limit', () =>
  it('is refused: headers, a body, a path, a message', async () => {
    expectRefused(await client.ask('GET', '/healthz', { x: 'x'.repeat(8200) }), 431, 'headers');
    expectRefused(await client.ask('POST', '/api/session', { 'content-type': 'application/json' }, `{"key":"${'x'.repeat(17_000)}"}`), 413, 'body');
    expectRefused(await client.ask('GET', `/${'x'.repeat(7000)}`), 404, 'path');
    expectRefused(await client.ask('GET', `/api/processes/${'1'.repeat(500)}/map`, { ...session }), 404, 'parameter');
  }));

describe('every answer', () => {
  it('has the headers that guard a page, whatever its status, and allows no other page anything', async () => {
    const statuses = new Set<number>();
    const answers = [
      await client.ask('GET', '/'),
      await client.ask('GET', asset),
      await client.ask('HEAD', asset),
      await client.ask('GET', asset, { 'accept-encoding': 'br' }),
      await client.ask('GET', asset, { range: 'bytes=0-9' }),
      await client.ask('GET', asset, { range: 'bytes=99999999-' }),
      await client.ask('GET', asset, { 'if-none-match': '*' }),
      await client.ask('GET', asset, { 'if-match': '"x"' }),
      await client.ask('GET', '/assets/nothing.js'),
      await client.ask('GET', '/healthz'),
      await client.ask('GET', '/api/system', { ...session, origin: `http://${client.host}` }),
      await client.ask('GET', '/api/system'),
      await client.ask('GET', '/api/processes/4194304/map', { ...session }),
      await client.ask('GET', '/api/processes/2/map', { ...session }),
      await client.ask('GET', '/api/processes/x/map', { ...session }),
      await client.ask('OPTIONS', '/api/system', { origin: `http://${client.host}`, 'access-control-request-method': 'GET' }),
      await client.send('nonsense\r\n\r\n'),
    ];
    for (const { status, head } of answers) {
      statuses.add(status);
      for (const [name, value] of SECURITY_HEADERS) {
        const kept = name === 'cache-control' && head.includes('immutable');
        if (!kept) expect(head.toLowerCase(), head).toContain(`${name}: ${value}`.toLowerCase());
      }
      expect(head.toLowerCase()).not.toMatch(/access-control-|x-powered-by|\nserver:/);
    }
    expect([...statuses]).toEqual(expect.arrayContaining([200, 206, 304, 400, 401, 404, 412, 416]));
  });
});

it('no key and no token is in the log, whatever went wrong', async () => {
  const secrets = [daemon.token, session.cookie.split('=')[1] ?? '', session['x-procmap-key'], keyOf(daemon.link)];
  for (const secret of secrets) {
    await client.ask('GET', `/api/${secret}`, { ...session });
    await client.ask('POST', '/api/session', { 'content-type': 'application/json' }, `{"key":"${secret}"`);
    await client.ask('GET', '/api/system', { authorization: `Bearer ${secret}`, cookie: secret });
  }
  const log = daemon.log;
  for (const line of log.trim().split('\n')) if (line !== '') expect(JSON.parse(line)).toHaveProperty('message');
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
});
