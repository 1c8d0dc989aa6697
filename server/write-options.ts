import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BLOCKS, withBlock } from './src/options/option-blocks.ts';

/** Writes the man page, the completions and server/README.md from the options. Run it after each change of the options. */
for (const block of BLOCKS) {
  const path = join(import.meta.dirname, '..', block.file);
  writeFileSync(path, withBlock(block, readFileSync(path, 'utf8')));
}
