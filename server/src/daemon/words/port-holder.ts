import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { reachableHost } from '../../common/link.ts';

/** WEB_UID of web/start/drop.ts: the owner of the socket if root started procmap. */
const WEB_UID = 65_532;
const LISTENS = '0A';
const ANSWER_MS = 1000;
const MAX_ANSWER_BYTES = 4096;

interface Listener {
  readonly port: number;
  readonly uid: number;
}

/**
 * TCP ports of this machine on which somebody listens, and the owners of the sockets. `tables`: texts of /proc/net/tcp
 * and tcp6.
 */
export function listenersIn(tables: readonly string[]): Listener[] {
  return tables.flatMap((table) =>
    table.split('\n').flatMap((line) => {
      const [, local = '', , state, , , , uid = ''] = line.trim().split(/\s+/);
      const port = /:([0-9A-F]{4})$/.exec(local)?.[1];
      return state === LISTENS && port !== undefined && /^[0-9]+$/.test(uid) ? [{ port: Number.parseInt(port, 16), uid: Number(uid) }] : [];
    }),
  );
}

export function listeners(): Listener[] {
  return listenersIn(['/proc/net/tcp', '/proc/net/tcp6'].map(textOf));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}

/**
 * True for root's daemon: its socket belongs to a user that nothing else uses or, if systemd listens for it, to root.
 */
export function isRoots({ uid }: Listener): boolean {
  return uid === WEB_UID || uid === 0;
}

/** True if root's daemon runs at that port or, for null, anywhere that can be seen. */
export async function rootServes(port: number | null, usualPort: number): Promise<boolean> {
  const roots = listeners().filter(isRoots);
  if (port === null && roots.some(({ uid }) => uid === WEB_UID)) return true;
  return roots.some((each) => each.port === (port ?? usualPort)) && (await isProcmap('127.0.0.1', port ?? usualPort));
}

/**
 * True if the server there is procmap. It is recognised by its answer to permitted clients, or by its refusal of
 * others.
 */
export function isProcmap(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const at = reachableHost(host).replace(/^\[(.*)\]$/, '$1');
    const request = get({ host: at, port, path: '/healthz', agent: false, headers: { host: `localhost:${port}` } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => {
        body += chunk.toString('latin1');
        if (body.length > MAX_ANSWER_BYTES) request.destroy();
      });
      response.on('error', () => undefined);
      response.on('close', () => {
        const guarded = response.headers['content-security-policy']?.includes("frame-ancestors 'none'") === true;
        resolve(guarded && (body === '{"status":"ok"}' || /^\{"error":"[a-z_]+","message":"/.test(body)));
      });
    });
    request.setTimeout(ANSWER_MS, () => request.destroy());
    // Limits the whole answer: it may arrive byte by byte.
    const timer = setTimeout(() => request.destroy(), ANSWER_MS);
    request.on('error', () => resolve(false));
    request.on('close', () => {
      clearTimeout(timer);
      resolve(false);
    });
  });
}
