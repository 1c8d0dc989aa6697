import type { Process } from '@procmap/shared/messages.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrange, keepPlaces, type Order } from './process-order.ts';

const process: fc.Arbitrary<Process> = fc.record({
  pid: fc.integer({ min: 1, max: 60 }),
  ppid: fc.constant(1),
  comm: fc.constantFrom('node', 'sleep', 'Xorg', 'kworker/0'),
  cmdline: fc.constantFrom('', '/usr/bin/node app.js'),
  uid: fc.constant(0),
  user: fc.constantFrom('root', 'www-data'),
  state: fc.constantFrom('S', 'R'),
  threads: fc.constant(1),
  vsize_kb: fc.nat(),
  rss_kb: fc.nat(5),
  start_time: fc.constant(1),
  kernel_thread: fc.boolean(),
});
const list = fc.uniqueArray(process, { selector: (one) => one.pid });
const order: fc.Arbitrary<Order> = fc.record({
  words: fc.constantFrom([], ['node'], ['1'], ['ROOT'.toLowerCase()]),
  sortKey: fc.constantFrom('comm', 'pid', 'user', 'rss_kb', 'state'),
  descending: fc.boolean(),
  kernelThreads: fc.boolean(),
});

it('gives the same order whatever order the processes came in', () => {
  fc.assert(
    fc.property(list, order, (processes, how) => {
      expect(arrange(processes.toReversed(), how)).toEqual(arrange(processes, how));
    }),
  );
});

it('moves nothing while it is held', () => {
  fc.assert(
    fc.property(list, list, order, (before, after, how) => {
      const held = arrange(before, how);
      const rows = keepPlaces(held, after, how);
      expect(rows.slice(0, held.length).map((row) => row.process.pid)).toEqual(held.map((one) => one.pid));
      expect(new Set(rows.map((row) => row.process.pid)).size).toBe(rows.length);
      for (const row of rows) expect(row.gone).toBe(!after.some((one) => one.pid === row.process.pid));
    }),
  );
});

it('hides kernel threads unless asked', () => {
  fc.assert(fc.property(list, order, (processes, how) => how.kernelThreads || arrange(processes, how).every((one) => !one.kernel_thread)));
});
