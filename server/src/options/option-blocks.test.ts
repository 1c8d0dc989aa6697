import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BLOCKS, linesOf } from './option-blocks.ts';

it.each(BLOCKS)('$file has, after $begin, what the options say (node server/write-options.ts writes it)', (block) => {
  expect(linesOf(block, readFileSync(join(import.meta.dirname, '../../..', block.file), 'utf8'))).toEqual(block.lines);
});
