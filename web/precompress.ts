import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

/** Not compressed: each daemon changes it (server/src/web/start/page-commands.ts). */
const PAGE = 'index.html';

/** Adds brotli and gzip forms beside each file if they are smaller; @fastify/static looks for them there. */
export function precompress(): Plugin {
  return {
    name: 'precompress',
    apply: 'build',
    writeBundle: ({ dir = '' }, bundle) => {
      for (const name of Object.keys(bundle)) if (name !== PAGE) compressFile(join(dir, name));
    },
  };
}

function compressFile(path: string): void {
  const bytes = readFileSync(path);
  const { BROTLI_PARAM_QUALITY, BROTLI_MAX_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  const params = { [BROTLI_PARAM_QUALITY]: BROTLI_MAX_QUALITY, [BROTLI_PARAM_SIZE_HINT]: bytes.length };
  writeSmaller(`${path}.br`, brotliCompressSync(bytes, { params }), bytes.length);
  writeSmaller(`${path}.gz`, gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }), bytes.length);
}

function writeSmaller(path: string, bytes: Buffer, than: number): void {
  if (bytes.length < than) writeFileSync(path, bytes);
}
