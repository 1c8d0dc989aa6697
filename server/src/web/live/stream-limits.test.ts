import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StreamClient } from '../../../test/stream-client.ts';
import { BareApp } from '../../../test/bare-app.ts';
import { type Visitor, WebClient } from '../../../test/web-client.ts';

let web: WebClient;
let visitor: Visitor;
const streams: StreamClient[] = [];

beforeAll(async () => {
  web = await WebClient.start();
});

afterEach(async () => {
  for (const stream of streams.splice(0)) await stream.close();
});

afterAll(() => web.stop());

/** A stream of a new visitor, before its hello. */
async function connect(): Promise<StreamClient> {
  visitor = await web.enter();
  const stream = await web.connectStream(visitor.headers);
  streams.push(stream);
  return stream;
}

describe('before its hello, a stream', () => {
  it('waits for two seconds, and says nothing', async () => {
    const stream = await connect();
    expect(await stream.closed).toBe(4401);
    expect(stream.arrived).toEqual([]);
  });

  it.each<[string, string | Uint8Array, number]>([
    ['asks for data', '{"type":"processes","on":true}', 4401],
    ['watches', '{"type":"watch","pid":1,"rateHz":1}', 4401],
    ['says hello with a wrong key', `{"type":"hello","protocol":${PROTOCOL_VERSION},"key":"x"}`, 4401],
    ['says what is no message', 'hello', 4400],
    ['says a thing in bytes', new Uint8Array([1, 2, 3]), 4400],
    ['says something long', 'x'.repeat(4097), 1009],
  ])('that %s is closed, and gets nothing', async (_, data, code) => {
    const stream = await connect();
    stream.sendRaw(data);
    expect(await stream.closed).toBe(code);
    expect(stream.arrived).toEqual([]);
  });

  it('that speaks another version is closed', async () => {
    const stream = await connect();
    stream.send({ type: 'hello', protocol: 99, key: visitor.key });
    expect(await stream.closed).toBe(4400);
    expect(stream.arrived).toEqual([]);
  });
});

describe('after its hello, a stream', () =>
  it.each<[string, string, number]>([
    ['speaks otherwise', '{"type":"watch","pid":"1","rateHz":1}', 4400],
    ['asks for more looks than there are', '{"type":"rate","rateHz":1000}', 4400],
    ['says something long', `{"type":"hello","protocol":${PROTOCOL_VERSION},"key":"${'x'.repeat(5000)}"}`, 1009],
  ])('that %s is closed', async (_, data, code) => {
    const stream = await web.stream();
    stream.sendRaw(data);
    expect(await stream.closed).toBe(code);
  }));

describe('a flood', () => {
  it.each<[string, (i: number) => object]>([
    ['of watches', (i) => ({ type: 'watch', pid: i + 1, rateHz: 10 })],
    ['of one watch', () => ({ type: 'watch', pid: process.pid, rateHz: 10 })],
    ['of hellos', () => ({ type: 'hello', protocol: PROTOCOL_VERSION, key: 'x' })],
    ['of lists', (i) => ({ type: 'processes', on: i % 2 === 0 })],
  ])('%s ends its stream, and others are answered meanwhile', async (_, message) => {
    const [flood, other] = [await web.stream(), await web.stream()];
    streams.push(other);
    for (let i = 0; i < 60_000; i++) flood.sendRaw(JSON.stringify(message(i)));
    other.send({ type: 'watch', pid: process.pid, rateHz: 10 });
    await other.next('snapshot');
    expect((await web.ask(`/api/processes/${process.pid}/map`)).status).toBe(200);
    expect(await flood.closed).toBe(4429);
    expect([other.isOpen, web.stuck]).toEqual([true, []]);
  });

  it('of pings whose answers are not read ends its stream', async () => {
    const flood = await web.stream();
    flood.pause();
    for (let i = 0; i < 400_000 && flood.isOpen; i++) {
      flood.ping('x'.repeat(125));
      if (i % 1000 === 0) await new Promise(setImmediate);
    }
    flood.resume();
    expect(await flood.closed).toBe(1006);
  });
});

it('the seventeenth stream is refused, until one of the others goes', async () => {
  const sixteen = await Promise.all(Array.from({ length: 16 }, () => web.stream()));
  streams.push(...sixteen.slice(1));
  const { headers } = await web.enter();
  await expect(web.connectStream(headers)).rejects.toThrow('429');
  await sixteen[0]?.close();
  // The other end must notice that first.
  await expect.poll(() => web.connectStream(headers).then((stream) => streams.push(stream), String)).toBeGreaterThan(0);
});

it('sixteen of forty simultaneous requests get in', async () => {
  const { headers } = await web.enter();
  const opened = await Promise.allSettled(Array.from({ length: 40 }, () => web.connectStream(headers)));
  streams.push(...opened.flatMap((each) => (each.status === 'fulfilled' ? each.value : [])));
  expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(16);
});

it.each([
  ['without a session', {}, undefined, '401'],
  ['from another page', null, 'http://evil.com', '403'],
])('a stream %s is refused', async (_, headers, origin, status) => {
  await expect(web.connectStream(headers ?? (await web.enter()).headers, origin)).rejects.toThrow(status);
});

it('a stream that does not close on request is ended, so that it keeps nobody out', async () => {
  const bare = new BareApp();
  await bare.listen();
  const { cookie } = bare.visitor();
  const socket = bare.open(
    `GET /api/stream HTTP/1.1\r\nhost: ${bare.host}\r\norigin: http://${bare.host}\r\ncookie: ${cookie}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n` +
      'sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  );
  socket.resume();
  await once(socket, 'end', { signal: AbortSignal.timeout(12_000) });
  socket.destroy();
  await bare.stop();
});

it('a daemon that ends says so to its pages', async () => {
  const other = await WebClient.start();
  const stream = await other.stream();
  const began = performance.now();
  await other.stop();
  expect(await stream.closed).toBe(1001);
  expect(performance.now() - began).toBeLessThan(5000);
});
