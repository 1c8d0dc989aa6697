import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BareApp, type RawAnswer } from '../../test/bare-app.ts';
import { SECURITY_HEADERS } from './gate/guard.ts';

let bare: BareApp;

beforeAll(async () => {
  bare = new BareApp();
  await bare.listen();
});

afterAll(() => bare.stop());

function expectRefused({ status, headers, body }: RawAnswer, expected: number, error: string): void {
  expect([status, JSON.parse(body)]).toEqual([expected, { error, message: expect.any(String) as string }]);
  expect(headers).toMatchObject({ ...Object.fromEntries(SECURITY_HEADERS), connection: 'close' });
}

describe('bytes that are', () => {
  it('a request without a host, are refused', async () => {
    expectRefused(await bare.raw('GET / HTTP/1.1\r\n\r\n'), 403, 'wrong_host');
    expectRefused(await bare.raw('GET / HTTP/1.0\r\n\r\n'), 403, 'wrong_host');
    expectRefused(await bare.raw('GET /healthz\r\n\r\n'), 403, 'wrong_host');
    expectRefused(await bare.raw('GET /api/system HTTP/1.1\r\nhost:\r\n\r\n'), 403, 'wrong_host');
  });

  it('a request with two hosts, count as one for the first', async () =>
    expectRefused(await bare.raw(`GET / HTTP/1.1\r\nhost: evil.com\r\nhost: ${bare.host}\r\n\r\n`), 403, 'wrong_host'));

  it('headers of more than 8 KiB, are refused, and of less are not', async () => {
    const request = (size: number) => `GET /healthz HTTP/1.1\r\nhost: ${bare.host}\r\nconnection: close\r\nx: ${'x'.repeat(size)}\r\n\r\n`;
    expectRefused(await bare.raw(request(8200)), 431, 'headers_too_large');
    // The answer may get lost if not everything has been read.
    expect([431, 0]).toContain((await bare.raw(request(300_000))).status);
    expect(await bare.raw(request(7900))).toMatchObject({ status: 200, body: '{"status":"ok"}' });
  });

  it('endless headers, are refused', async () =>
    expectRefused(await bare.raw(`GET /healthz HTTP/1.1\r\nhost: ${bare.host}\r\n${'a: b\r\n'.repeat(2000)}`), 431, 'headers_too_large'));

  it.each([
    'hello\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    'FOO / HTTP/1.1\r\n\r\n',
    'GET / HTTP/9.9\r\n\r\n',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'GET / HTTP/1.1\r\nhost 127.0.0.1\r\n\r\n',
  ])('no HTTP (%j), are refused', async (bytes) => expectRefused(await bare.raw(bytes), 400, 'bad_request'));

  it('two lengths of one body, are refused', async () => {
    const start = `POST /api/session HTTP/1.1\r\nhost: ${bare.host}\r\ncontent-type: application/json\r\n`;
    expectRefused(await bare.raw(`${start}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`), 400, 'bad_request');
    expectRefused(await bare.raw(`${start}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`), 400, 'bad_request');
  });

  it('a body that is larger than it may be, in chunks, are refused', async () => {
    const start = `POST /api/session HTTP/1.1\r\nhost: ${bare.host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n`;
    const chunk = `1000\r\n${'x'.repeat(4096)}\r\n`;
    expectRefused(await bare.raw(start + chunk.repeat(8)), 413, 'too_large');
  });

  it('a request that expects something, are answered as without that', async () => {
    const start = `GET /api/system HTTP/1.1\r\nhost: ${bare.host}\r\nconnection: close\r\n`;
    expectRefused(await bare.raw(`${start}expect: a miracle\r\n\r\n`), 401, 'no_session');
  });

  it('a request to connect elsewhere, are not answered', async () =>
    expect(await bare.rawText('CONNECT example.org:443 HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n')).toBe(''));

  it('several requests, are answered up to the first that is refused', async () => {
    const request = (host: string) => `GET /healthz HTTP/1.1\r\nhost: ${host}\r\n\r\n`;
    const all = await bare.rawText(request(bare.host) + request('evil.com') + request(bare.host));
    expect(all.match(/HTTP\/1\.1 [0-9]+/g)).toEqual(['HTTP/1.1 200', 'HTTP/1.1 403']);
  });
});

describe('a connection', () => {
  it('has five seconds for its headers and ten for its request', () =>
    expect(bare.app.server).toMatchObject({ headersTimeout: 5000, requestTimeout: 10_000, maxConnections: 4096 }));

  it('that is too slow is ended', async () => {
    const quick = new BareApp();
    await quick.listen();
    // Checked every second; the limits themselves are tested above.
    Object.assign(quick.app.server, { headersTimeout: 300, requestTimeout: 600 });
    const head = `POST /api/session HTTP/1.1\r\nhost: ${quick.host}\r\ncontent-type: application/json\r\n`;
    const [headers, body, nothing] = await Promise.all([quick.raw(head), quick.raw(`${head}content-length: 5\r\n\r\n{`), quick.raw('')]);
    expectRefused(headers, 408, 'too_slow');
    expectRefused(nothing, 408, 'too_slow');
    // By then the request has begun, so this is an error of its body.
    expect(body.status).toBeGreaterThanOrEqual(400);
    await quick.stop();
  });

  it('that is refused an upgrade is ended, also when its other end stays', async () => {
    const socket = bare.open(`GET /api/stream HTTP/1.1\r\nhost: ${bare.host}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n`);
    socket.resume();
    await once(socket, 'end');
    await expect.poll(() => connections(bare)).toBe(0);
    socket.destroy();
  });

  it('is one of 64 at most', async () => {
    const sockets = Array.from({ length: 64 }, () => bare.open('GET / HTTP/1.1\r\n'));
    await expect.poll(() => connections(bare)).toBe(64);
    expectRefused(await bare.raw(`GET /healthz HTTP/1.1\r\nhost: ${bare.host}\r\n\r\n`), 503, 'too_many_connections');
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => connections(bare)).toBe(0);
    expect((await bare.request('GET', '/healthz')).status).toBe(200);
  });
});

function connections({ app }: BareApp): Promise<number> {
  return new Promise((resolve) => {
    app.server.getConnections((_, count) => resolve(count));
  });
}
