import { readFileSync, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import type { Page, Route, WebSocketRoute } from '@playwright/test';
import { encodeDelta, encodeSnapshot } from '@procmap/shared/codec.ts';
import { alignNames, diff } from '@procmap/shared/diff.ts';
import type { FileNow } from '@procmap/shared/files/file-now.ts';
import { type MapMeta, PROTOCOL_VERSION } from '@procmap/shared/frame.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import { type ClientMessage, kernelMessage, parseClientMessage, type ServerMessage } from '@procmap/shared/messages.ts';
import type { MappingTable } from '@procmap/shared/region.ts';

const DIST = join(import.meta.dirname, '..', '..', 'web', 'dist');
/** No server listens there: requests of the page are answered here. */
const ORIGIN = 'http://playedplayedplay.localhost:8642';
/** The same fonts on every machine: fonts-dejavu-core and, for italics, -extra, installed by e2e/test-packages.sh. */
const FONTS = '<style>html:root{--font-ui:"DejaVu Sans",sans-serif;--font-mono:"DejaVu Sans Mono",monospace}</style>';
/** For each mapped file. */
const FILE: FileNow = { state: 'same', reason: null, build_id: '5d2f3e3c1c1f0d7c8a3b9f6e2b4d8c7a1f0e9d8c', elf_address: '0x1000' };
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/**
 * Plays the daemon's part for the built page: for pictures that must always be the same, and for states that no process
 * can be brought into on demand. It speaks the protocol, but proves nothing about the real daemon.
 */
export class PlayedDaemon {
  readonly page: Page;
  /** Messages of the page, newest last. */
  readonly heard: ClientMessage[] = [];
  /** API answers by path, without the query; anything else is 404. */
  readonly answers = new Map<string, (route: Route) => Promise<void>>();
  #socket: WebSocketRoute | null = null;
  /** Closes each connection at once. */
  #isGone = false;
  #sequence = 0;
  #table: MappingTable | null = null;
  #onMessage: (message: ClientMessage) => void = () => undefined;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Takes the daemon's place before the page is opened. */
  static async on(page: Page): Promise<PlayedDaemon> {
    const played = new PlayedDaemon(page);
    const files = new Map(
      ['/index.html', ...readdirSync(join(DIST, 'assets')).map((name) => `/assets/${name}`)].map((path) => [path, readFileSync(join(DIST, path))]),
    );
    files.set('/index.html', Buffer.from(String(files.get('/index.html')).replace('</head>', `${FONTS}</head>`)));
    await page.addInitScript(() => {
      if (location.protocol === 'http:') sessionStorage.setItem('procmap.session', 'played');
    });
    // Nobody plays figures: a page that reads them by itself would complain.
    await page.addInitScript(() => {
      if (location.protocol.startsWith('http')) localStorage.setItem('procmap.auto-figures', 'no');
    });
    await page.route(`${ORIGIN}/**`, async (route) => {
      const { pathname } = new URL(route.request().url());
      const path = pathname === '/' ? '/index.html' : pathname;
      const body = files.get(path);
      const answer = played.answers.get(pathname);
      if (body !== undefined) await route.fulfill({ body, contentType: TYPES[extname(path)] ?? 'application/octet-stream' });
      else if (played.#isGone) await route.abort();
      else if (answer !== undefined) await answer(route);
      else if (pathname.endsWith('/file')) await route.fulfill({ json: FILE });
      else await route.fulfill({ status: 404, json: { error: 'not_found', message: 'nobody plays this' } });
    });
    await page.routeWebSocket(/\/api\/stream$/, (socket) => played.#connect(socket));
    return played;
  }

  /** Opens the page for a process, or for none; `more` is the rest of the fragment. */
  async open(pid: number | null, more = ''): Promise<void> {
    await this.page.goto(`${ORIGIN}/${pid === null ? '' : `#pid=${pid}${more}`}`);
  }

  /** Called with each message of the page except hello. */
  answer(onMessage: (message: ClientMessage) => void): void {
    this.#onMessage = onMessage;
  }

  say(message: ServerMessage | string): void {
    this.#socket?.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  kernel(half: KernelHalf): void {
    this.say(kernelMessage(half));
  }

  snapshot(meta: MapMeta, table: MappingTable): void {
    this.#table = table;
    this.#socket?.send(Buffer.from(encodeSnapshot(++this.#sequence, meta, table)));
  }

  /** Sends the next map, as a delta to the previous one. */
  change(meta: MapMeta, table: MappingTable): void {
    if (this.#table === null) throw new Error('a map must come before its changes');
    const next = alignNames(this.#table.names, table);
    const frame = encodeDelta(this.#sequence + 1, this.#sequence, meta, diff(this.#table, next));
    this.#sequence++;
    this.#table = next;
    this.#socket?.send(Buffer.from(frame));
  }

  /** Sends a tick: a look that found the same map. */
  tick({ process: { pid }, cost: { readMs, bytes, reads } }: MapMeta, takenAt: number): void {
    this.say({ type: 'tick', pid, sequence: this.#sequence, takenAt, readMs, bytes, reads });
  }

  /** Closes the connection, and every later one. */
  async vanish(): Promise<void> {
    this.#isGone = true;
    await this.#socket?.close();
  }

  /** Closes the connection and rejects the page's key or, like a restarted daemon, its name. */
  async refuse(why: 'no_session' | 'other_start' = 'no_session'): Promise<void> {
    const status = why === 'no_session' ? 401 : 403;
    this.answers.set('/api/system', (route) => route.fulfill({ status, json: { error: why, message: 'no more' } }));
    await this.#socket?.close();
  }

  #connect(socket: WebSocketRoute): void {
    if (this.#isGone) {
      void socket.close();
      return;
    }
    this.#socket = socket;
    socket.onMessage((data) => {
      const message = parseClientMessage(String(data));
      if (message === null) return;
      if (message.type !== 'hello') {
        this.heard.push(message);
        this.#onMessage(message);
        return;
      }
      this.say({ type: 'welcome', protocol: PROTOCOL_VERSION, version: '0.1.0', hidden: '', host: 'localhost', defaultRateHz: 1 });
    });
  }
}
