import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { BLOCKS, withBlock } from './option-blocks.ts';
import { VERBS } from './verbs.ts';

it.each(BLOCKS)('$file has, after $begin, what the options say (node server/write-options.ts writes it)', (block) => {
  const text = readFileSync(join(import.meta.dirname, '../../..', block.file), 'utf8');
  expect(withBlock(block, text)).toBe(text);
});

it('options of one name take the same values in each verb: bash knows them by name only', () => {
  const all = Object.values(VERBS).flatMap(({ options }) => options);
  for (const { name, value, completion } of all)
    for (const same of all.filter((each) => each.name === name)) expect([name, same.value, same.completion]).toEqual([name, value, completion]);
});
