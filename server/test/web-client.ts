import { PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { PLAIN_COMMANDS } from '../src/common/commands.ts';
import { DEFAULT_TICK_PERCENT } from '../src/common/defaults.ts';
import { parseOptions, type ServeOptions } from '../src/options.ts';
import type { Page } from '../src/web/routes/page.ts';
import { startWeb, type WebApp } from '../src/web/start/start.ts';
import { StreamClient } from './stream-client.ts';

const READER = join(import.meta.dirname, '../src/reader/main.ts');
const FILES = join(import.meta.dirname, '../src/files/main.ts');
export const TOKEN = 'a-token-for-scripts-a-token-for-scripts-1234';

/** The smallest page: a document and one asset. Its "compressed" forms are other texts, so that tests can distinguish them. */
export const TINY_PAGE: Page = { folder: join(import.meta.dirname, 'tiny-page'), index: '<!doctype html>', kept: new Map() };

export interface WebOptions {
  /** PROCMAP_PROC of the reader. */
  readonly procRoot?: string;
  /** Put before the reader's command, e.g. setpriv and its options. */
  readonly prefix?: readonly string[];
  readonly host?: string;
  readonly allowHosts?: readonly string[];
  readonly tickPercent?: number;
  readonly metricsMatch?: readonly string[];
  readonly pageName?: string;
}

export interface Request {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface WebAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Headers of a browser with a session. */
export interface Visitor {
  readonly cookie: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * The web part of the daemon in this process, with a real reader that is replaced like the supervisor does, and clients
 * of it.
 */
export class WebClient {
  readonly #options: WebOptions;
  #app: WebApp | null = null;
  #reader: ChildProcess | null = null;
  #files: ChildProcess | null = null;
  #stopped = false;
  port = 0;
  /** The key of the first link. */
  firstKey = '';
  /** Readers started so far. */
  readers = 0;
  /** Reasons why readers were reported as stuck. */
  readonly stuck: string[] = [];

  private constructor(options: WebOptions) {
    this.#options = options;
  }

  static async start(options: WebOptions = {}): Promise<WebClient> {
    const client = new WebClient(options);
    const { host = '127.0.0.1', allowHosts = [] } = options;
    client.#app = await startWeb(
      {
        ...(parseOptions(['serve']) as ServeOptions),
        type: 'config',
        host,
        port: 0,
        socket: null,
        pageName: options.pageName ?? null,
        peerUids: [process.getuid?.() ?? 0],
        allowHosts,
        token: TOKEN,
        tickPercent: options.tickPercent ?? DEFAULT_TICK_PERCENT,
        metricsMatch: options.metricsMatch ?? [],
        version: '1.2.3',
        page: TINY_PAGE.folder,
        commands: PLAIN_COMMANDS,
        uid0: false,
        notes: [],
      },
      TINY_PAGE,
      (message) => {
        if (message.type === 'listening') [client.port, client.firstKey] = [message.port, message.key];
        if (message.type !== 'stuck') return;
        client.stuck.push(message.reason);
        client.killReader();
      },
    );
    client.#startReader();
    return client;
  }

  #startReader(): void {
    const reader = this.#spawn(READER);
    this.readers++;
    this.#reader = reader;
    reader.on('exit', () => {
      if (!this.#stopped) this.#startReader();
    });
    this.#app?.take('reader', reader.stdio[3] as Socket);
  }

  #spawn(script: string): ChildProcess {
    const [command = '', ...args]: string[] = [...(this.#options.prefix ?? []), process.execPath, script];
    const { procRoot } = this.#options;
    return spawn(command, args, { env: procRoot === undefined ? {} : { PROCMAP_PROC: procRoot }, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  }

  /** Starts the files process if a request needs it; few do. */
  #needFiles(path: string): void {
    if (this.#files !== null || !path.includes('/program')) return;
    this.#files = this.#spawn(FILES);
    this.#app?.take('files', this.#files.stdio[3] as Socket);
  }

  killReader(): void {
    this.#reader?.kill('SIGKILL');
  }

  signalReader(signal: NodeJS.Signals): void {
    this.#reader?.kill(signal);
  }

  mintKey(): string {
    return this.#app?.mintKey(null) ?? '';
  }

  /** One request on a separate connection, with the path sent unchanged. */
  request(path: string, { method = 'GET', headers = {}, body }: Request = {}): Promise<WebAnswer> {
    this.#needFiles(path);
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.port, path, method, agent: false, headers: { host: `127.0.0.1:${this.port}`, ...headers } };
      const outgoing = httpRequest(options, (response) => {
        text(response).then((all) => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: all }), reject);
      });
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  /** JSON to a route, by POST. */
  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<WebAnswer> {
    return this.request(path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  }

  /** Opens a session with a fresh link. */
  async enter(): Promise<Visitor> {
    const { headers, text } = await this.post('/api/session', { key: this.mintKey() });
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    const { key } = JSON.parse(text) as { key: string };
    return { cookie, key, headers: { cookie, 'x-procmap-key': key } };
  }

  /** The answer of a route to a script with the token: its status and JSON. */
  async ask(path: string): Promise<{ status: number; body: unknown }> {
    const { status, text } = await this.request(path, { headers: { authorization: `Bearer ${TOKEN}` } });
    return { status, body: JSON.parse(text) as unknown };
  }

  /** Sends bytes on a separate connection; returns everything received until the other end closes. */
  async raw(bytes: string): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
    return text(socket);
  }

  /** A stream that has not sent hello yet. Rejects if it is refused. */
  async connectStream(headers: Readonly<Record<string, string>>, origin = `http://127.0.0.1:${this.port}`): Promise<StreamClient> {
    const stream = new StreamClient(`ws://127.0.0.1:${this.port}/api/stream`, { origin, headers });
    await stream.opened;
    return stream;
  }

  /** A stream that has received the welcome. */
  async stream(): Promise<StreamClient> {
    const visitor = await this.enter();
    const stream = await this.connectStream(visitor.headers);
    stream.send({ type: 'hello', protocol: PROTOCOL_VERSION, key: visitor.key });
    await stream.message('welcome');
    return stream;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#app?.close();
    this.#files?.kill('SIGKILL');
    const reader = this.#reader;
    if (reader?.exitCode !== null || reader.signalCode !== null) return;
    reader.kill('SIGKILL');
    await once(reader, 'exit');
  }
}
