import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

const INDEX = join(import.meta.dirname, '..', 'web', 'dist', 'index.html');
/** Names under which a user opens another user's server on this machine. */
const NAMES = ['127.0.0.1', 'localhost'] as const;
/** Addresses to which a browser may resolve a name below localhost, if there is IPv6. */
const LOOPBACK = ['127.0.0.1', ...(JSON.stringify(networkInterfaces()).includes('"::1"') ? ['::1'] : [])];
const FOR_EVER = 'public, max-age=31536000, immutable';

/**
 * Leftovers of a program in the browser after another one has taken its port: a page, a script with the name of one of
 * procmap's, a service worker.
 */
export const TRICKS = ['page', 'asset', 'worker'] as const;
export type Trick = (typeof TRICKS)[number];

/** The part of a browser that drives it: one window that keeps its storage. */
export interface Browser {
  readonly goto: (url: string) => Promise<unknown>;
}

/**
 * Another user's program that holds a port, is opened in the browser, leaves something there, and releases the port.
 * From then on, the leftover reports everything it sees to a separate server. All of it is harmless and belongs to this
 * test.
 */
export class Predecessor {
  readonly port: number;
  /** All reports. */
  readonly seen: string[] = [];
  readonly #trick: Trick;
  readonly #servers: Server[] = [];
  readonly #listener: Server;

  private constructor(trick: Trick, port: number) {
    this.#trick = trick;
    this.port = port;
    this.#listener = createServer(({ url = '' }, response) => {
      this.seen.push(decodeURIComponent(url.slice(2)));
      response.writeHead(200, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' }).end();
    });
  }

  static async start(trick: Trick): Promise<Predecessor> {
    const predecessor = new Predecessor(trick, await freePort());
    await listen(predecessor.#listener, '127.0.0.1', 0);
    for (const host of LOOPBACK) {
      const server = createServer((request, response) => predecessor.#answer(request, response));
      await listen(server, host, predecessor.port);
      predecessor.#servers.push(server);
    }
    return predecessor;
  }

  /** Lets the browser open all its names and keep the leftovers; then the port is free. */
  async visitedBy(browser: Browser): Promise<void> {
    for (const name of NAMES) {
      await browser.goto(`http://${name}:${this.port}/`);
      await this.hears(`ready ${name}`);
    }
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Waits for a report. */
  async hears(word: string): Promise<void> {
    for (let tries = 0; !this.seen.some((each) => each.startsWith(word)); tries++) {
      if (tries === 300) throw new Error(`never told: ${word}; but ${this.seen.join('\n')}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  stop(): void {
    for (const server of [...this.#servers, this.#listener]) {
      server.closeAllConnections();
      server.close();
    }
  }

  #answer({ url = '' }: IncomingMessage, response: ServerResponse): void {
    const cached = this.#trick === 'page' ? url === '/' : this.#trick === 'asset' && url.startsWith('/assets/');
    const type = url === '/' ? 'text/html' : 'text/javascript';
    response.writeHead(200, { 'content-type': type, 'cache-control': cached ? FOR_EVER : 'no-store' });
    if (url === '/') response.end(this.#page());
    else response.end(url === '/worker.js' ? this.#worker() : this.#script());
  }

  get #telling(): string {
    const { port } = this.#listener.address() as AddressInfo;
    return `const tell = (what) => fetch('http://127.0.0.1:${port}/?' + encodeURIComponent(what), { mode: 'no-cors' });`;
  }

  /** procmap's own page with its script, or a page with an inline script. */
  #page(): string {
    if (this.#trick === 'asset')
      return `<!doctype html><title>left</title>${/<script type="module"[^>]*><\/script>/.exec(readFileSync(INDEX, 'utf8'))?.[0] ?? ''}`;
    return `<!doctype html><title>left</title><meta http-equiv="content-security-policy" content="frame-src 'self'"><body><script>${this.#script()}</script>`;
  }

  /**
   * Reports its location, which could include a link's key; then tries to learn where procmap's page is, and what it
   * shows.
   */
  #script(): string {
    const { port } = this.#listener.address() as AddressInfo;
    return `${this.#telling}
      const ready = () => tell('ready ' + location.hostname);
      document.addEventListener('securitypolicyviolation', ({ blockedURI }) => tell('blocked ' + blockedURI));
      const frame = () => new Promise((resolve) => {
        const element = document.createElement('iframe');
        const look = () => { try { resolve('frame ' + element.contentWindow.location.href); } catch (error) { resolve('frame ' + error.message); } };
        element.onload = look;
        setTimeout(look, 1500);
        element.src = '/?frame';
        setTimeout(() => { element.src = '/'; });
        document.body?.append(element);
      });
      (async () => {
        // The policy of procmap's page forbids requests to other sites, but not to navigate away.
        await tell('at ' + location.href).catch(() => { location.replace('http://127.0.0.1:${port}/?' + encodeURIComponent('at ' + location.href)); });
        ${this.#trick === 'worker' ? "await navigator.serviceWorker.register('/worker.js'); await navigator.serviceWorker.ready;" : ''}
        ready();
        for (const redirect of ['manual', 'follow'])
          for (const mode of ['same-origin', 'cors', 'no-cors'])
            for (const path of ['/', '/api/session', '/api/system', '/api/processes'])
              await fetch(path, { redirect, mode, credentials: 'include', cache: 'no-store' }).then(
                async (answer) => tell('answer ' + [path, answer.status, answer.type, answer.url, [...answer.headers].join(), await answer.text()].join(' ')),
                (error) => tell('answer ' + error.message));
        tell(await frame());
        tell('entries ' + performance.getEntries().map(({ name }) => name).join(' '));
        tell('kept ' + JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), document.cookie, document.referrer]));
        tell('done ' + location.hostname + ' ' + location.hash);
      })();`;
  }

  /** Intercepts each request of its pages, including new windows, and answers with its own page. */
  #worker(): string {
    return `${this.#telling}
      addEventListener('install', () => skipWaiting());
      addEventListener('activate', (event) => event.waitUntil(clients.claim()));
      const look = async (request) => {
        const answer = await fetch(request).catch((error) => new Response(error.message));
        await tell('worker ' + [request.url, answer.status, answer.type, answer.url, answer.headers.get('location')].join(' '));
        return new Response(${JSON.stringify(this.#page())}, { headers: { 'content-type': 'text/html' } });
      };
      addEventListener('fetch', (event) => {
        if (event.request.url.startsWith(location.origin) && event.request.mode === 'navigate') event.respondWith(look(event.request));
      });`;
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}
