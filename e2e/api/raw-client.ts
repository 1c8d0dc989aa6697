import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'vitest';
import { SECURITY_HEADERS } from '../../server/src/web/gate/guard.ts';
import type { Daemon } from '../daemon.ts';
import { requestBytes } from '../http.ts';

/** An answer as received. */
export interface Raw {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes of requests to a daemon on raw connections. */
export class RawClient {
  readonly #daemon: Daemon;

  constructor(daemon: Daemon) {
    this.#daemon = daemon;
  }

  /** Sends bytes, and reads the answer until the other end closes. */
  async send(bytes: string): Promise<Raw> {
    const socket = connect(this.#daemon.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(bytes, 'latin1');
    const all = await text(socket).catch(() => '');
    const [head = '', ...rest] = all.split('\r\n\r\n');
    return { status: Number(/^HTTP\/1\.1 ([0-9]{3})/.exec(all)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
  }

  /** The host that a browser sends after it has followed the link. */
  get host(): string {
    return new URL(this.#daemon.origin).host;
  }

  ask(method: string, path: string, headers: Readonly<Record<string, string>> = {}, body = ''): Promise<Raw> {
    return this.send(requestBytes(method, path, { host: this.host, ...headers }, body));
  }

  /** Asks for a stream as a browser does. */
  upgrade(headers: Readonly<Record<string, string>>): Promise<Raw> {
    const all = {
      host: this.host,
      origin: `http://${this.host}`,
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    };
    const sent = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
    return this.send(requestBytes('GET', '/api/stream', sent).replace('connection: close', 'connection: Upgrade'));
  }
}

/** Expects a refusal in the common form, with all security headers. */
export function expectRefused({ status, head, body }: Raw, expected: number, what: string): void {
  expect(status, `${what}: ${head} ${body}`).toBe(expected);
  for (const [name, value] of SECURITY_HEADERS) expect(head.toLowerCase(), what).toContain(`${name}: ${value}`.toLowerCase());
  if (body !== '') expect(JSON.parse(body), what).toEqual({ error: expect.stringMatching(/^[a-z_]+$/) as string, message: expect.any(String) as string });
}
