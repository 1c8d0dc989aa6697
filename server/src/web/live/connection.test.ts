import { EventEmitter } from 'node:events';
import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import type { ClientMessage, ServerMessage } from '@procmap/shared/messages.ts';
import { manyLines, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { WebSocket } from 'ws';
import { FakeReaderLink } from '../../../test/fake-reader-link.ts';
import { PLAIN_COMMANDS } from '../../common/commands.ts';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import { Access } from '../gate/access.ts';
import { Connection, type StreamSources } from './connection.ts';
import { Guard } from '../gate/guard.ts';
import { MemoryFeeds, processFeed } from './feeds.ts';
import { Memories } from '../link/memories.ts';
import { KernelWatch } from './kernel-watch.ts';
import { Peers } from '../gate/peers.ts';
import { Places } from '../gate/places.ts';
import { WatchedProcesses } from './watched-processes.ts';

const TOKEN = 'a-token';
const WELCOME: Extract<ServerMessage, { type: 'welcome' }> = {
  type: 'welcome',
  protocol: PROTOCOL_VERSION,
  version: '1',
  hidden: '',
  host: 'box',
  defaultRateHz: 1,
};

/** A socket whose other end does nothing by itself. */
class QuietPeer extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly bufferedAmount = 0;
  readonly sent: (string | Uint8Array)[] = [];
  closed: number | null = null;
  pings = 0;
  /** Answers pings, like every browser. */
  answers = true;

  send(data: string | Uint8Array): void {
    this.sent.push(data);
  }

  close(code: number): void {
    this.readyState = 2;
    this.closed ??= code;
  }

  terminate(): void {
    this.readyState = 3;
    this.closed ??= 1006;
    this.emit('close');
  }

  ping(): void {
    this.pings++;
    if (this.answers) queueMicrotask(() => this.emit('pong'));
  }

  say(message: ClientMessage | string, isBinary = false): void {
    this.emit('message', Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), isBinary);
  }
}

let access: Access;
let reader: FakeReaderLink;
let sources: StreamSources;
let welcome: () => Promise<typeof WELCOME>;
let visitor: { cookie: string; key: string; headers: { cookie: string } };

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance', 'Date'] });
  access = new Access(TOKEN);
  reader = new FakeReaderLink();
  reader.shown.set(7, tableOf(manyLines(10)));
  welcome = () => Promise.resolve(WELCOME);
  sources = {
    guard: new Guard([]),
    access,
    places: new Places(new Peers(reader.link, null)),
    commands: PLAIN_COMMANDS,
    processes: new WatchedProcesses(reader.link, DEFAULT_TICK_PERCENT),
    feed: processFeed(reader.link),
    memory: new MemoryFeeds(new Memories(reader.link)),
    kernel: new KernelWatch(reader.link, () => undefined),
    objects: () => Promise.resolve(null),
    welcome: () => welcome(),
  };
  const credentials = access.exchange(access.mintKey());
  if (credentials === null) throw new Error('a fresh key counts');
  visitor = { ...credentials, headers: { cookie: access.cookieHeader(credentials).split(';')[0] ?? '' } };
});

afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

function connect(headers: Record<string, string> = visitor.headers): QuietPeer {
  const peer = new QuietPeer();
  new Connection(peer as unknown as WebSocket, headers, sources);
  return peer;
}

async function welcomed(): Promise<QuietPeer> {
  const peer = connect();
  peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: visitor.key });
  await pass(0);
  expect(peer.sent).toEqual([JSON.stringify(WELCOME)]);
  return peer;
}

describe('a stream', () => {
  it('is closed when no hello comes within two seconds', async () => {
    const peer = connect();
    await pass(1990);
    expect(peer.closed).toBeNull();
    await pass(20);
    expect(peer.closed).toBe(4401);
    expect(peer.sent).toEqual([]);
  });

  const hello = (key: string, protocol = 1): string => JSON.stringify({ type: 'hello', protocol, key });
  it.each<[string, () => string, number]>([
    ['another message', () => '{"type":"watch","pid":7,"rateHz":1}', 4401],
    ['a wrong key', () => hello('x'), 4401],
    ['an empty key', () => hello(''), 4401],
    ['the cookie as key', () => hello(visitor.cookie), 4401],
    ['the next version', () => hello(visitor.key, PROTOCOL_VERSION + 1), 4400],
    ['no JSON', () => 'hello', 4400],
    ['an unknown type', () => '{"type":"shutdown"}', 4400],
    ['a hello with more in it', () => hello(visitor.key).replace('}', ',"x":1}'), 4400],
  ])('is closed at once when it begins with %s, and reads nothing', async (_, first, code) => {
    const peer = connect();
    peer.say(first());
    expect(peer.closed).toBe(code);
    peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: visitor.key });
    peer.say({ type: 'watch', pid: 7, rateHz: 1 });
    peer.say({ type: 'processes', on: true });
    await pass(5000);
    expect(peer.sent).toEqual([]);
    expect(reader.asked).toEqual([]);
  });

  it('is closed at once when it says hello in bytes', () => {
    const peer = connect();
    peer.say(hello(visitor.key), true);
    expect(peer.closed).toBe(4400);
  });

  it('with a right hello is welcomed, and stays', async () => {
    const peer = await welcomed();
    await pass(60_000);
    expect(peer.closed).toBeNull();
  });

  it('is not let in by the cookie of one session and the key of another', () => {
    const other = access.exchange(access.mintKey());
    const peer = connect();
    peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: other?.key ?? '' });
    expect(peer.closed).toBe(4401);
  });

  it('with the token needs no key', async () => {
    const peer = connect({ authorization: `Bearer ${TOKEN}` });
    peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: '' });
    await pass(0);
    expect(peer.sent).toEqual([JSON.stringify(WELCOME)]);
    await pass(13 * 3600_000);
    expect(peer.closed).toBeNull();
  });

  it('is told to come again when the reader does not answer', async () => {
    welcome = () => Promise.reject(new Error('no reader'));
    const peer = connect();
    peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: visitor.key });
    await pass(0);
    expect(peer.closed).toBe(1013);
  });

  it('that sends invalid messages is closed', async () => {
    const peer = await welcomed();
    peer.say('{"type":"watch","pid":0,"rateHz":1}');
    expect(peer.closed).toBe(4400);
  });

  it('is not closed by a second hello', async () => {
    const peer = await welcomed();
    peer.say({ type: 'hello', protocol: PROTOCOL_VERSION, key: 'x' });
    expect(peer.closed).toBeNull();
  });

  it('whose other end does not answer pings is closed', async () => {
    const peer = await welcomed();
    peer.answers = false;
    await pass(14_000);
    expect(peer.pings).toBe(0);
    await pass(2000);
    expect([peer.pings, peer.closed]).toEqual([1, null]);
    await pass(15_000);
    expect(peer.closed).toBe(1006);
  });

  it('keeps its session from idling out, but not from expiring', async () => {
    const peer = await welcomed();
    await pass(11.9 * 3600_000);
    expect(peer.closed).toBeNull();
    expect(access.holds({ by: 'session', ...visitor })).toBe(true);
    await pass(0.2 * 3600_000);
    expect(peer.closed).toBe(4401);
  });

  it('reads nothing more once its session is over, whether its other end goes or not', async () => {
    const peer = await welcomed();
    peer.say({ type: 'watch', pid: 7, rateHz: 0.1 });
    await pass(12 * 3600_000 + 1000);
    expect(peer.closed).toBe(4401);
    const [sent, asked] = [peer.sent.length, reader.looks(7)];
    await pass(60_000);
    expect([peer.sent.length, reader.looks(7)]).toEqual([sent, asked]);
  });

  it('that is gone leaves nothing behind', async () => {
    const peer = await welcomed();
    peer.say({ type: 'watch', pid: 7, rateHz: 1 });
    peer.say({ type: 'processes', on: true });
    await pass(100);
    expect(peer.sent.length).toBeGreaterThan(2);
    peer.terminate();
    await pass(0);
    expect(vi.getTimerCount()).toBe(0);
  });
});
