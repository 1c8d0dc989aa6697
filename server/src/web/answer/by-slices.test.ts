import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { mapJson } from '@procmap/shared/output/map-json.ts';
import { LAYOUT_64, manyLines, META, tableOf } from '@procmap/shared/table.fixture.ts';
import { afterEach, expect, it, vi } from 'vitest';
import { unreadProcess } from '../../reader/reading/unread-process.ts';
import { bySlices, wholeText } from './by-slices.ts';
import { processesJson } from './processes-json.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('gives others a turn after every 20 ms of generating', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  let turns = 0;
  const turn = (): Promise<void> => {
    turns++;
    return Promise.resolve();
  };
  function* slow(): Generator<string> {
    for (let i = 0; i < 100; i++) {
      vi.advanceTimersByTime(5);
      yield String(i);
    }
  }
  expect(await wholeText(bySlices(slow(), turn))).toBe(Array.from({ length: 100 }, (_, i) => i).join(''));
  expect(turns).toBe(25);
});

/** CPU time: the maximum between two turns of the event loop, and the total. */
async function slicesOf(run: () => Promise<unknown>): Promise<{ mostMs: number; allMs: number }> {
  const used = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const began = used();
  let [last, mostMs, isDone] = [began, 0, false];
  const look = (): void => {
    mostMs = Math.max(mostMs, used() - last);
    last = used();
    if (!isDone) setImmediate(look);
  };
  setImmediate(look);
  await run();
  isDone = true;
  mostMs = Math.max(mostMs, used() - last);
  return { mostMs, allMs: used() - began };
}

/** Takes all chunks at once. */
async function take(chunks: AsyncIterable<string>): Promise<void> {
  for await (const chunk of Readable.from(chunks)) expect(chunk).not.toBe('');
}

it('delays no other work with a map of 60,000 mappings and 4,000 hostile names, as JSON or as CSV', async () => {
  const names = Array.from({ length: 4000 }, () => `/${randomBytes(300).toString('latin1').replaceAll('\n', '')}`);
  const table = tableOf(manyLines(60_000).map((line, i) => ({ ...line, name: names[i % names.length] ?? '' })));
  const machine = { arch: 'x86_64', page_size: 4096 };
  for (const make of [() => mapJson(META, table, machine, NO_KERNEL_HALF), () => regionsCsv(tile(table, LAYOUT_64), 'maps')]) {
    const { mostMs, allMs } = await slicesOf(() => take(bySlices(make())));
    // A single slice would contain all of it.
    expect(allMs / mostMs).toBeGreaterThan(3);
  }
});

it('generates the process list piece by piece, with the same JSON as at once', () => {
  for (const count of [0, 1, 2000]) {
    const processes = Array.from({ length: count }, (_, pid) => ({ ...unreadProcess(pid), cmdline: '\\xff"'.repeat(40) }));
    const chunks = [...processesJson(processes)];
    expect(JSON.parse(chunks.join(''))).toEqual(processes);
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThan(70_000);
  }
});
