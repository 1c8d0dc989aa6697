import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp, type RawAnswer } from '../../test/bare-app.ts';
import { routesOf } from '../../test/route-table.ts';
import { TINY_PAGE } from '../../test/web-client.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';

const ASSET = '/assets/app-1a2b3c.js';
const TEXT = readFileSync(join(TINY_PAGE.folder, ASSET), 'utf8');
const KEPT = 'private, max-age=31536000, immutable';
const folder = mkdtempSync(join(tmpdir(), 'procmap-page-'));
let bare: BareApp;

beforeAll(async () => {
  cpSync(TINY_PAGE.folder, folder, { recursive: true });
  mkdirSync(join(folder, 'assets', 'deep'));
  for (const [path, content] of [
    ['index.html', 'as it was built'],
    ['index.html.br', 'as it was built'],
    ['kept.svg', '<svg/>'],
    ['mark.svg', '<svg/>'],
    ['.env', 'SECRET=1'],
    ['assets/.hidden.js', 'x'],
    ['assets/deep/index.html', 'not the page'],
  ] as const)
    writeFileSync(join(folder, path), content);
  bare = new BareApp({ ...TINY_PAGE, folder, kept: new Map([['/kept.svg', Buffer.from('<svg/>')]]) });
  await bare.listen();
});

afterAll(async () => {
  await bare.stop();
  rmSync(folder, { recursive: true });
});

function asset(headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<RawAnswer> {
  return bare.request(method, ASSET, headers);
}

/** Expects all security headers of the page; ignores caching. */
function expectGuarded({ headers }: RawAnswer): void {
  for (const [name, value] of SECURITY_HEADERS) if (name !== 'cache-control') expect([name, headers[name]]).toEqual([name, value]);
}

describe('the routes of a page', () => {
  const paths = (): string[] => [
    ...new Set(
      routesOf(bare.app.printRoutes({ commonPrefix: false })).flatMap((route) =>
        / \/(api|healthz|metrics)/.test(route) ? [] : [route.slice(route.indexOf(' ') + 1)],
      ),
    ),
  ];

  it('are one for each file, and none for its other forms, the page as built, and hidden files', () =>
    expect(paths().toSorted()).toEqual(['/', ASSET, '/assets/deep/index.html', '/kept.svg', '/mark.svg']));

  it.each([
    '/index.html',
    '/index.html.br',
    `${ASSET}.br`,
    `${ASSET}.gz`,
    '/.env',
    '/assets/.hidden.js',
    '/assets/deep/',
    '/assets/deep',
    '/assets',
    '/nothing.js',
  ])('have nothing at %s', async (path) => {
    for (const method of ['GET', 'HEAD']) expect((await bare.request(method, path)).status).toBe(404);
  });

  it('have nothing for a file that comes later', async () => {
    writeFileSync(join(folder, 'assets', 'later.js'), 'x');
    expect((await bare.request('GET', '/assets/later.js')).status).toBe(404);
    rmSync(join(folder, 'assets', 'later.js'));
  });

  it('do not serve a removed file, or reveal its path', async () => {
    rmSync(join(folder, 'mark.svg'));
    const { status, body } = await bare.request('GET', '/mark.svg');
    expect([status, JSON.parse(body)]).toEqual([404, { error: 'not_found', message: expect.not.stringContaining(folder) as string }]);
  });

  it('take no other method', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) expect((await asset({}, method)).status, method).toBe(404);
  });
});

describe('the page itself', () =>
  it('has this daemon’s commands, is complete, and is not cached', async () => {
    for (const headers of [{}, { 'accept-encoding': 'br, gzip' }, { range: 'bytes=0-3' }, { 'if-none-match': '*' }]) {
      const answer = await bare.request('GET', '/', headers);
      expect([answer.status, answer.body]).toEqual([200, TINY_PAGE.index]);
      expect(answer.headers).toMatchObject({ ...Object.fromEntries(SECURITY_HEADERS), 'content-type': 'text/html; charset=utf-8' });
      expect(answer.headers).not.toHaveProperty('content-encoding');
    }
  }));

describe('an asset', () => {
  it('is kept for a year', async () => {
    const answer = await asset();
    expect([answer.status, answer.body]).toEqual([200, TEXT]);
    expect(answer.headers).toMatchObject({ 'cache-control': KEPT, vary: 'accept-encoding', 'accept-ranges': 'bytes' });
    expect(answer.headers['content-type']).toMatch(/^(text|application)\/javascript; charset=utf-8$/);
    expectGuarded(answer);
  });

  it.each([
    ['br', 'br'],
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip', 'gzip'],
    ['gzip;q=0.5', 'gzip'],
    ['deflate,gzip', 'gzip'],
    ['br;q=0, GZIP ; q=1', 'gzip'],
    ['br;q=0.1, gzip;q=0.9', 'gzip'],
    ['*', 'gzip'],
    ['gzip;q=0', undefined],
    ['br;q=0, gzip; q=0.0', undefined],
    ['identity', undefined],
    ['gzipped', undefined],
    ['x-gzip', undefined],
    ['', undefined],
  ])('for Accept-Encoding %j is sent in the form %s', async (accepted, form) => {
    const answer = await asset({ 'accept-encoding': accepted });
    expect([answer.status, answer.headers['content-encoding'], answer.headers['vary']]).toEqual([200, form, 'accept-encoding']);
    expect(answer.body).toBe(form === undefined ? TEXT : form === 'br' ? 'as if compressed by brotli' : 'as if compressed');
    expect(answer.headers['content-type']).toContain('javascript');
    expectGuarded(answer);
  });

  it('is described without its bytes for HEAD', async () => {
    const answer = await asset({}, 'HEAD');
    expect([answer.status, answer.body, answer.headers['content-length'], answer.headers['cache-control']]).toEqual([200, '', String(TEXT.length), KEPT]);
    expect((await asset({ 'accept-encoding': 'br' }, 'HEAD')).headers).toMatchObject({ 'content-length': '26', 'content-encoding': 'br' });
    expectGuarded(answer);
  });

  it.each([
    ['bytes=0-3', 206, TEXT.slice(0, 4), `bytes 0-3/${TEXT.length}`],
    ['bytes=-5', 206, TEXT.slice(-5), `bytes ${TEXT.length - 5}-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=10-', 206, TEXT.slice(10), `bytes 10-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=0-999999', 206, TEXT, `bytes 0-${TEXT.length - 1}/${TEXT.length}`],
    ['bytes=0-1,5-6', 200, TEXT, undefined],
    ['lines=0-1', 200, TEXT, undefined],
  ])('requested with %s is answered by %s', async (range, status, body, place) => {
    const answer = await asset({ range });
    expect([answer.status, answer.body, answer.headers['content-range'], answer.headers['cache-control']]).toEqual([status, body, place, KEPT]);
    expectGuarded(answer);
  });

  it('has no part beyond its end, and says how long it is', async () => {
    const answer = await asset({ range: `bytes=${TEXT.length}-` });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([416, { error: 'no_range', message: expect.any(String) as string }]);
    expect(answer.headers).toMatchObject({ 'content-range': `bytes */${TEXT.length}`, 'cache-control': 'no-store' });
    expectGuarded(answer);
  });

  it('is not sent again to a client that has it, each form by itself', async () => {
    const { headers } = await asset();
    const { etag = '', 'last-modified': modified = '' } = headers;
    const other = (await asset({ 'accept-encoding': 'gzip' })).headers['etag'] ?? '';
    expect(new Set([etag, other, '']).size).toBe(3);
    for (const condition of [{ 'if-none-match': etag }, { 'if-none-match': `"x", ${etag}` }, { 'if-none-match': '*' }, { 'if-modified-since': modified }]) {
      const answer = await asset(condition);
      expect([answer.status, answer.body, answer.headers['etag'], answer.headers['cache-control']]).toEqual([304, '', etag, KEPT]);
      expect(answer.headers).not.toHaveProperty('content-length');
      expectGuarded(answer);
    }
    for (const condition of [
      { 'if-none-match': other },
      { 'if-modified-since': new Date(0).toUTCString() },
      { 'if-none-match': '"x"', 'if-modified-since': modified },
    ])
      expect((await asset(condition)).status).toBe(200);
    expect((await asset({ 'if-none-match': etag }, 'HEAD')).status).toBe(304);
  });

  it('is refused if another version, or a part of one, is requested', async () => {
    const { etag = '' } = (await asset()).headers;
    const answer = await asset({ 'if-match': '"x"' });
    expect([answer.status, JSON.parse(answer.body)]).toEqual([412, { error: 'changed', message: expect.any(String) as string }]);
    expectGuarded(answer);
    expect((await asset({ range: 'bytes=0-3', 'if-range': etag })).status).toBe(206);
    expect((await asset({ range: 'bytes=0-3', 'if-range': '"x"' })).status).toBe(200);
  });

  it('is refused without permission, whatever part is requested', async () => {
    for (const headers of [{ host: 'evil.com' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }])
      for (const more of [{}, { range: 'bytes=0-3' }, { 'if-none-match': '*' }, { 'accept-encoding': 'br' }]) {
        const answer = await asset({ ...headers, ...more });
        expect([answer.status, answer.headers['etag'], answer.headers['cache-control']]).toEqual([403, undefined, 'no-store']);
      }
    expect((await asset({ host: 'localhost' })).status).toBe(403);
  });
});

describe('a file that its folder has lost', () => {
  it('is served as it was at the start', async () => {
    const before = await bare.request('GET', '/kept.svg', {});
    rmSync(join(folder, 'kept.svg'));
    const after = await bare.request('GET', '/kept.svg?x', {});
    expect([after.status, after.body, after.headers['content-type']]).toEqual([200, before.body, before.headers['content-type']]);
    expectGuarded(after);
    const head = await bare.request('HEAD', '/kept.svg', {});
    expect([head.status, head.body]).toEqual([200, '']);
    for (const [method, path] of [
      ['POST', '/kept.svg'],
      ['GET', '/kept.svg/'],
      ['GET', '/Kept.svg'],
    ] as const)
      expect([path, (await bare.request(method, path, {})).status]).toEqual([path, 404]);
  });
});
