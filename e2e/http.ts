import { request } from 'node:http';
import { text } from 'node:stream/consumers';

/** The bytes of a request from a simple client. */
export function requestBytes(method: string, path: string, headers: Readonly<Record<string, string>>, body = ''): string {
  const lines = Object.entries({ ...headers, connection: 'close', ...(body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }) });
  return `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`;
}

/** Options of fetchFrom(): plain headers, as a browser's page sends them. */
export interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Address of a page for programs: browsers resolve names below localhost, libc does not. */
export function addressOf(origin: string): string {
  const { host, hostname, port } = new URL(origin);
  return hostname.endsWith('.localhost') ? `127.0.0.1:${port}` : host;
}

/** Requests a page of that origin by its name, which fetch() cannot do. Follows no redirects. */
export function fetchFrom(origin: string, path: string, { method = 'GET', headers = {}, body }: Asked = {}): Promise<Response> {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `http://${addressOf(origin)}${path}`,
      { method, agent: false, headers: { ...headers, host: new URL(origin).host } },
      (incoming) => {
        const pairs = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
        text(incoming).then((all) => resolve(new Response(all, { status: incoming.statusCode ?? 0, headers: pairs })), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** The key in a link. */
export function keyOf(link: string): string {
  return new URLSearchParams(new URL(link).hash.slice(1)).get('k') ?? '';
}

/** A session, as the page has it. */
export interface Session {
  readonly cookie: string;
  readonly 'x-procmap-key': string;
}

/** Opens a session with a link, like the page. Rejects if the link has expired or was already used. */
export async function enter(link: string): Promise<Session> {
  const response = await fetchFrom(new URL(link).origin, '/api/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ key: keyOf(link) }),
  });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const { key } = (await response.json()) as { key: string };
  return { cookie: response.headers.getSetCookie()[0]?.split(';')[0] ?? '', 'x-procmap-key': key };
}

/** GET over a Unix socket. */
export function getAtFile(socketPath: string, path: string, headers: Readonly<Record<string, string>> = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    request({ socketPath, path, agent: false, headers: { host: 'localhost', ...headers } }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on('error', reject)
      .end();
  });
}
