import { readFileSync, readdirSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { addressOf } from './http.ts';

/** The forms of a file, each smaller than the previous one, and how to decode them. */
export const FORMS: readonly (readonly [name: string, undo: (bytes: Buffer) => Buffer])[] = [
  ['identity', (bytes) => bytes],
  ['gzip', gunzipSync],
  ['br', brotliDecompressSync],
];

export interface Part {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

/** A file of the page of that origin, with its bytes as sent. */
export function partOf(origin: string, path: string, accepted = 'identity'): Promise<Part> {
  return new Promise((resolve, reject) => {
    const headers = { host: new URL(origin).host, 'accept-encoding': accepted };
    const outgoing = request(`http://${addressOf(origin)}${path}`, { agent: false, headers }, (incoming) => {
      buffer(incoming).then((bytes) => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes }), reject);
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

/** Paths of the script and the style sheet that the page loads. */
export async function assetsOf(origin: string): Promise<string[]> {
  const { bytes } = await partOf(origin, '/');
  return [...bytes.toString().matchAll(/"(\/assets\/[\w.-]+\.(?:js|css))"/g)].map(([, path = '']) => path);
}

/** The copy of the page that a daemon has made in a folder; null: none. */
export function copyIn(folder: string, pid: number): string | null {
  const name = readdirSync(folder).find((each) => each.startsWith(`procmap.${pid}-`));
  return name === undefined ? null : `${folder}/${name}`;
}

/** The command line of a process, as words. */
export function argsOf(pid: number): string[] {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
}
