import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

/** One file of the built page, held in memory: once root is dropped, the folder may not be found any more. */
export interface PageFile {
  readonly type: string;
  readonly body: Buffer;
  /** null where it would save nothing. */
  readonly gzip: Buffer | null;
  /** Its name holds a hash of what is in it: it never changes. */
  readonly immutable: boolean;
}

/** By the path that a browser asks for: `/` is index.html. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

/** Reads a built page. Files of a kind that no page needs are left out. */
export function readPageFiles(folder: string): PageFiles {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const url = `/${relative(folder, path)}`;
    const body = readFileSync(path);
    const gzip = gzipSync(body, { level: 9 });
    files.set(url === '/index.html' ? '/' : url, { type, body, gzip: gzip.length < body.length ? gzip : null, immutable: url.startsWith('/assets/') });
  }
  if (!files.has('/')) throw new Error(`${folder} has no index.html; run 'make build'`);
  return files;
}
