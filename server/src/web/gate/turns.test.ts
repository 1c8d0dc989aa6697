import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BareApp } from '../../../test/bare-app.ts';
import { MAX_UNANSWERED } from './turns.ts';

let bare: BareApp;
/** Requests of /slow that have begun, and functions that answer the next one. */
let begun: string[];
let answers: (() => void)[];

beforeEach(async () => {
  bare = new BareApp();
  [begun, answers] = [[], []];
  bare.app.get<{ Params: { name: string } }>('/slow/:name', { config: { open: 'page' } }, async ({ params: { name } }) => {
    begun.push(name);
    await new Promise<void>((resolve) => answers.push(resolve));
    return { name };
  });
  await bare.listen();
});

afterEach(() => bare.stop());

const get = (path: string, ...headers: readonly string[]): string =>
  ['GET', path, `HTTP/1.1\r\nhost: ${bare.host}\r\n${headers.map((each) => `${each}\r\n`).join('')}\r\n`].join(' ');
const upgrade = (): string =>
  get(
    '/api/stream',
    `origin: http://${bare.host}`,
    `cookie: ${bare.visitor().cookie}`,
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
  );

/** A connection, and all data received on it. */
function open(bytes: string): {
  readonly all: () => string;
  readonly statuses: () => string[];
  readonly ended: Promise<unknown>;
  readonly send: (more: string) => void;
} {
  let all = '';
  const socket = bare.open(bytes);
  socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
  const ended = new Promise((resolve) => socket.once('end', resolve).once('close', resolve)).finally(() => socket.destroy());
  return { all: () => all, statuses: () => all.match(/(?<=HTTP\/1\.1 )[0-9]{3}/g) ?? [], ended, send: (more) => void socket.write(more, 'latin1') };
}

/** Answers the begun requests one by one, while new ones begin. */
async function answerAll(): Promise<void> {
  for (let idle = 0; idle < 20; idle++) {
    const next = answers.shift();
    if (next !== undefined) idle = 0;
    next?.();
    await sleep(1);
  }
}

describe('requests behind each other on one connection', () => {
  it('are begun one by one, and answered in that order', async () => {
    const { all, ended } = open(['a', 'b', 'c'].map((name) => get(`/slow/${name}`)).join('') + get('/healthz', 'connection: close'));
    await expect.poll(() => begun).toEqual(['a']);
    await sleep(20);
    expect(begun).toEqual(['a']);
    answers.shift()?.();
    await expect.poll(() => begun).toEqual(['a', 'b']);
    await answerAll();
    await ended;
    expect(all().match(/\{.*\}/g)).toEqual(['{"name":"a"}', '{"name":"b"}', '{"name":"c"}', '{"status":"ok"}']);
  });

  it('are limited in number; sending more gets an error, and closes the connection', async () => {
    const flood = open(get('/slow/x').repeat(37_000));
    await expect.poll(() => begun.length).toBe(1);
    expect((await bare.request('GET', '/healthz')).status).toBe(200);
    // No data is kept, however much comes.
    flood.send(get('/slow/y').repeat(10_000));
    await answerAll();
    await flood.ended;
    expect(flood.statuses()).toEqual([...Array.from({ length: MAX_UNANSWERED }, () => '200'), '429']);
    expect(flood.all()).toMatch(/\{"error":"too_many_requests","message":"32 requests .*"\}$/);
    expect(begun).toEqual(Array.from({ length: MAX_UNANSWERED }, () => 'x'));
  });

  it('are not even created after the one that is refused', async () => {
    let made = 0;
    bare.app.server.on('request', () => made++);
    const flood = open(get('/slow/x').repeat(37_000));
    await expect.poll(() => begun.length).toBe(1);
    // While the answer is pending, data is read and dropped.
    for (let i = 0; i < 10; i++) {
      flood.send(get('/slow/y').repeat(1_000));
      await sleep(2);
    }
    // The chunk with the refused request is parsed to its end.
    expect(made).toBeLessThan(2_000);
    await answerAll();
    await flood.ended;
    expect(flood.statuses().at(-1)).toBe('429');
  });

  it('of a closed connection are not begun', async () => {
    const socket = bare.open(get('/slow/a') + get('/slow/b'));
    await expect.poll(() => begun).toEqual(['a']);
    socket.destroy();
    await sleep(20);
    await answerAll();
    expect(begun).toEqual(['a']);
  });

  it('stay in order even if the following bytes are not HTTP', async () => {
    const { statuses, ended } = open(`${get('/slow/a')}hello\r\n\r\n`);
    await ended;
    expect(statuses()).toEqual([]);
  });
});

describe('a WebSocket', () => {
  it('is not opened while an answer is due, which would come behind the 101', async () => {
    const { all, statuses, ended } = open(get('/slow/a') + upgrade());
    await expect.poll(() => begun).toEqual(['a']);
    await answerAll();
    await ended;
    expect(statuses()).toEqual(['200', '400']);
    expect(all()).toMatch(/\{"error":"bad_upgrade","message":".{20,}"\}$/);
  });

  it('is opened after an answered request', async () => {
    const stream = open(get('/healthz'));
    await expect.poll(stream.statuses).toEqual(['200']);
    stream.send(upgrade());
    await expect.poll(stream.statuses).toEqual(['200', '101']);
  });

  it('turns the bytes after it into frames, not into a request', async () => {
    const { all, statuses, ended } = open(upgrade() + get('/healthz').repeat(3));
    await ended;
    expect(statuses()).toEqual(['101']);
    // A close frame, in answer to an invalid frame.
    expect(all().split('\r\n\r\n')[1]).toMatch(/^\x88/);
  });
});
