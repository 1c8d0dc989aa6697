import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { leaderOf } from './leader.ts';
import { parseStat } from './stat.ts';

it('is the process itself, also of each of its threads', () => {
  const threads = readdirSync('/proc/self/task').map(Number);
  expect(threads.length).toBeGreaterThan(1);
  const startTime = parseStat(readFileSync('/proc/self/stat'))?.startTime;
  expect(threads.map(leaderOf)).toEqual(threads.map(() => ({ pid: process.pid, startTime })));
});

it('is unknown for an unused id', () => expect(leaderOf(4_194_304)).toMatchObject({ error: 'not_found' }));
