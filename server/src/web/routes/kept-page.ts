import type { FastifyReply, FastifyRequest } from 'fastify';
import { extname } from 'node:path';

/**
 * The page's files as they were at the start, by path. They are served when the folder has lost them: a logout removes
 * XDG_RUNTIME_DIR, an upgrade replaces an installed page.
 */
export type KeptPage = ReadonlyMap<string, Buffer>;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'application/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/vnd.microsoft.icon',
  '.woff2': 'font/woff2',
};

/** Sends a file that is no longer in the folder; null: the page never had one. Every kept file has a route of its own. */
export function sendKept(kept: KeptPage, { method, url }: FastifyRequest, reply: FastifyReply): FastifyReply | null {
  const [path = ''] = url.split('?', 1);
  const bytes = method === 'GET' || method === 'HEAD' ? kept.get(path) : undefined;
  return bytes === undefined
    ? null
    : reply
        .type(TYPES[extname(path)] ?? 'application/octet-stream')
        .header('cache-control', 'private, no-cache')
        .send(bytes);
}
