import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { goneOf } from './gone.ts';

it('finds processes that are gone, and does not take a thread for one', async () => {
  const threads = readdirSync('/proc/self/task').map(Number);
  expect(threads.length).toBeGreaterThan(1);
  expect(await goneOf([...threads, 4_194_303])).toEqual([4_194_303]);
});
