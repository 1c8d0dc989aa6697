import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { FastifyInstance } from 'fastify';
import { type Commands } from '../src/common/commands.ts';
import { DEFAULT_TICK_PERCENT } from '../src/common/defaults.ts';
import { Access } from '../src/web/gate/access.ts';
import { buildApp } from '../src/web/app.ts';
import { Guard } from '../src/web/gate/guard.ts';
import { MemoryFeeds, processFeed } from '../src/web/live/feeds.ts';
import { KernelWatch } from '../src/web/live/kernel-watch.ts';
import { Memories } from '../src/web/link/memories.ts';
import { Peers } from '../src/web/gate/peers.ts';
import { Places } from '../src/web/gate/places.ts';
import { StreamServer } from '../src/web/live/socket.ts';
import { WatchedProcesses } from '../src/web/live/watched-processes.ts';
import { FakeReaderLink } from './fake-reader-link.ts';
import { TINY_PAGE } from './web-client.ts';

export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** With a path, as for a checkout in a home folder, to test where it may be revealed. */
export const COMMANDS: Commands = {
  open: "sudo '/home/a <b>/procmap' open",
  sudoOpen: "sudo '/home/a <b>/procmap' open",
  serve: "sudo '/home/a <b>/procmap' serve",
};

/** The page's name in this start, and in another one. */
export const PAGE_NAME = 'k7q2m9x4w1c8v5b3.localhost';
export const OTHER_NAME = 'a1b2c3d4e5f6g7h8.localhost';

/**
 * Routes and stream on a port, without a reader: for tests of the checks before them, which may also change the app
 * before it listens.
 */
export class BareApp {
  readonly access = new Access(null);
  readonly reader = new FakeReaderLink();
  readonly app: FastifyInstance;
  readonly #stream: StreamServer;
  port = 0;

  constructor(page = TINY_PAGE) {
    const guard = new Guard([], PAGE_NAME);
    const { access, reader } = this;
    const kernel = new KernelWatch(reader.link, () => undefined);
    const memories = new Memories(reader.link);
    const places = new Places(new Peers(reader.link, [process.getuid?.() ?? 0]));
    const parts = {
      guard,
      access,
      places,
      memories,
      reader: reader.link,
      files: reader.link,
      kernel,
      page,
      version: '0',
      metricsMatch: ['*'],
      commands: COMMANDS,
      notes: [],
      lingering: { reader: 0, files: 0 },
    };
    this.app = buildApp(parts);
    this.#stream = new StreamServer(this.app.server, {
      guard,
      access,
      places,
      commands: COMMANDS,
      processes: new WatchedProcesses(reader.link, DEFAULT_TICK_PERCENT),
      feed: processFeed(reader.link),
      memory: new MemoryFeeds(memories),
      kernel,
      objects: () => Promise.resolve(null),
      welcome: () => Promise.reject(new Error('there is no reader')),
    });
  }

  async listen(): Promise<void> {
    await this.app.listen({ host: '127.0.0.1', port: 0 });
    this.port = (this.app.server.address() as AddressInfo).port;
  }

  /** The host that a browser sends after it has followed the link. */
  get host(): string {
    return `${PAGE_NAME}:${this.port}`;
  }

  /** Credentials of a browser with a session. */
  visitor(): { cookie: string; key: string } {
    const credentials = this.access.exchange(this.access.mintKey());
    if (credentials === null) throw new Error('a fresh key counts');
    return { cookie: this.access.cookieHeader(credentials).split(';')[0] ?? '', key: credentials.key };
  }

  /** A request with path and headers sent unchanged. */
  async request(method: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<RawAnswer> {
    const outgoing = httpRequest({ host: '127.0.0.1', port: this.port, agent: false, method, path, headers: { host: this.host, ...headers } });
    outgoing.end();
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
    return { status: response.statusCode ?? 0, headers: response.headers as Record<string, string>, body: await text(response) };
  }

  /** Sends bytes on a separate connection; returns the one answer before the other end closes. */
  async raw(bytes: string): Promise<RawAnswer> {
    return parseAnswer(await this.rawText(bytes));
  }

  /** Like raw(), but returns all received text, even if the other end does not read everything. */
  async rawText(bytes: string): Promise<string> {
    const socket = this.open(bytes);
    let all = '';
    socket.on('data', (chunk: Buffer) => (all += chunk.toString('latin1')));
    await ended(socket);
    return all;
  }

  /** A connection that has sent this and then nothing. */
  open(bytes: string): Socket {
    // Stays open when the other end has ended, so the server has to close it.
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
    return socket;
  }

  /** Requests an upgrade; status 101 means a stream, which is then dropped. */
  upgrade(path: string, headers: Readonly<Record<string, string>>, method = 'GET'): Promise<RawAnswer> {
    const all = {
      host: this.host,
      origin: `http://${this.host}`,
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    };
    const lines = Object.entries(all).filter(([, value]) => value !== '');
    const socket = this.open(`${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`);
    return new Promise((resolve) => {
      let answer = '';
      socket.on('data', (chunk: Buffer) => {
        answer += chunk.toString('latin1');
        if (answer.startsWith('HTTP/1.1 101')) socket.destroy();
      });
      void ended(socket).then(() => resolve(parseAnswer(answer)));
    });
  }

  async stop(): Promise<void> {
    this.#stream.close();
    await this.app.close();
  }
}

/** Resolves when the other end has ended the connection, cleanly or not. */
async function ended(socket: Socket): Promise<void> {
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve));
  socket.destroy();
}

function parseAnswer(all: string): RawAnswer {
  const [head = '', ...body] = all.split('\r\n\r\n');
  const [first = '', ...lines] = head.split('\r\n');
  const headers = lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return {
    status: Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(first)?.[1] ?? 0),
    headers: Object.fromEntries(headers) as Record<string, string>,
    body: body.join('\r\n\r\n'),
  };
}
