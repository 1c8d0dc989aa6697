import type { Process } from '@procmap/shared/messages.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { arrange, keepPlaces, type Order } from './process-order.ts';

const process: fc.Arbitrary<Process> = fc.record({
  pid: fc.integer({ min: 1, max: 60 }),
  ppid: fc.constant(1),
  comm: fc.constantFrom('node', 'sleep', 'Xorg', 'kworker/0'),
  program: fc.constantFrom('node', 'sleep', 'java', 'kworker/0'),
  what: fc.constantFrom('', 'server.js', 'org.example.Main'),
  cmdline: fc.constantFrom('', '/usr/bin/node app.js'),
  cmdline_omitted: fc.constant(0),
  uid: fc.constant(0),
  user: fc.constantFrom('root', 'www-data'),
  state: fc.constantFrom('S', 'R'),
  threads: fc.constant(1),
  vsize_kb: fc.nat(),
  rss_kb: fc.nat(5),
  start_time: fc.constant(1),
  kernel_thread: fc.boolean(),
  readable: fc.boolean(),
  own: fc.constant(false),
  answering: fc.boolean(),
});
const list = fc.uniqueArray(process, { selector: (one) => one.pid });
const order: fc.Arbitrary<Order> = fc.record({
  words: fc.constantFrom([], ['node'], ['1'], ['ROOT'.toLowerCase()], ['java', 'main']),
  thread: fc.constantFrom(null, { tid: 70, pid: 7 }),
  sortKey: fc.constantFrom('name', 'pid', 'user', 'rss_kb', 'state'),
  descending: fc.boolean(),
  kernelThreads: fc.boolean(),
});

it('gives the same order whatever order the processes came in', () =>
  fc.assert(
    fc.property(list, order, (processes, how) => {
      expect(arrange(processes.toReversed(), how)).toEqual(arrange(processes, how));
    }),
  ));

it('moves nothing while it is held', () =>
  fc.assert(
    fc.property(list, list, order, (before, after, how) => {
      const held = arrange(before, how);
      const rows = keepPlaces(held, after, how);
      expect(rows.slice(0, held.length).map((row) => row.process.pid)).toEqual(held.map((one) => one.pid));
      expect(new Set(rows.map((row) => row.process.pid)).size).toBe(rows.length);
      for (const row of rows) expect(row.gone).toBe(!after.some((one) => one.pid === row.process.pid));
    }),
  ));

/** Whether one of the words is the process's pid or name. */
function isMeant(one: Process, words: readonly string[]): boolean {
  return words.some((word) => [String(one.pid), one.program, one.comm].map((text) => text.toLowerCase()).includes(word));
}

it('hides kernel threads unless asked, or meant', () =>
  fc.assert(
    fc.property(list, order, (processes, how) => {
      const shown = arrange(processes, how).filter((one) => one.kernel_thread && !isMeant(one, how.words));
      expect(how.kernelThreads ? [] : shown).toEqual([]);
    }),
  ));

it('begins with exact matches, then readable processes', () =>
  fc.assert(
    fc.property(list, order, (processes, how) => {
      const ranks = arrange(processes, { ...how, thread: null }).map((one) => Number(!isMeant(one, how.words)) * 2 + Number(!one.readable));
      expect(ranks).toEqual(ranks.toSorted((a, b) => a - b));
    }),
  ));

it('finds the process of a thread by the number of that', () =>
  fc.assert(
    fc.property(list, order, (processes, how) => {
      const shown = arrange(processes, { ...how, words: ['70'], thread: { tid: 70, pid: 7 } });
      expect(shown.map(({ pid }) => pid)).toEqual(processes.filter(({ pid }) => pid === 7).map(({ pid }) => pid));
    }),
  ));
