import { expect, it } from 'vitest';
import { say } from './figures.ts';
import { hang, hangLines } from './hang.ts';

/** Allows for a busy machine; make hang prints the actual figures. */
const TIMES = 4;

it('beside a process that hangs at one file after the other, 300 others are answered as without it', async () => {
  const report = await hang(40, 6000);
  for (const line of hangLines(report)) say(line);
  const { times, failures, replaced, notAnswering } = report;
  expect(failures).toEqual([]);
  expect(notAnswering).toBeGreaterThan(0);
  expect(replaced).toBeLessThanOrEqual(1);
  expect(times.hanging.health.p99).toBeLessThan(TIMES * times.alone.health.p99 + 100);
  // One request waits for the second that it takes to detect the hang.
  for (const kind of ['list', 'map'] as const) expect([kind, times.hanging[kind].p99 < TIMES * times.alone[kind].p99 + 1500]).toEqual([kind, true]);
});
