import { readdirSync } from 'node:fs';
import { expect, it } from 'vitest';
import { leaderOf } from './leader.ts';

it('is the process itself, also of each of its threads', () => {
  const threads = readdirSync('/proc/self/task').map(Number);
  expect(threads.length).toBeGreaterThan(1);
  expect(threads.map(leaderOf)).toEqual(threads.map(() => process.pid));
});

it('cannot be said of what is not there', () => {
  expect(leaderOf(4_194_304)).toMatchObject({ error: 'not_found' });
});
