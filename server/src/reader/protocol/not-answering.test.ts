import { expect, it } from 'vitest';
import { MAX_NOT_ANSWERING, NotAnswering } from './not-answering.ts';

let changes = 0;
const fresh = (): NotAnswering => new NotAnswering(() => changes++);

it('leaves a process alone for longer each time, up to ten minutes', () => {
  const held = fresh();
  expect(held.restMs(7, 0)).toBeNull();
  const rests: number[] = [];
  for (let now = 0, i = 0; i < 9; i++) {
    held.note(7, now);
    rests.push(held.restMs(7, now) ?? 0);
    now += held.restMs(7, now) ?? 0;
  }
  expect(rests.map((ms) => ms / 1000)).toEqual([10, 20, 40, 80, 160, 320, 600, 600, 600]);
});

it('counts simultaneously blocked threads as one hang', () => {
  const held = fresh();
  changes = 0;
  for (const now of [0, 1, 900, 9999]) held.note(7, now);
  expect([held.restMs(7, 0), changes]).toEqual([10_000, 1]);
  held.note(7, 10_000);
  expect(held.restMs(7, 10_000)).toBe(20_000);
});

it('tells the next reader how often, so that it begins where this one ended', () => {
  const [first, next] = [fresh(), fresh()];
  first.note(7, 0);
  first.note(7, 10_000);
  first.note(8, 10_000);
  next.avoid(first.hangs, 50);
  expect([next.hangs, next.restMs(7, 50), next.restMs(8, 50)]).toEqual([{ pids: [7, 8], times: [2, 1] }, 20_000, 10_000]);
});

it('remembers processes that have answered, up to a limit', () => {
  const held = fresh();
  held.note(7, 0);
  held.clear(7);
  // It may be tried, and nothing waits for it.
  expect([held.restMs(7, 0), held.pids]).toEqual([0, []]);
  held.note(7, 0);
  expect(held.restMs(7, 0)).toBe(20_000);
  for (let pid = 100; pid < 200 + MAX_NOT_ANSWERING; pid++) held.note(pid, 0);
  expect(held.pids).toHaveLength(MAX_NOT_ANSWERING);
});

it('accepts lists in pieces, and keeps the higher count of a known process', () => {
  const held = fresh();
  held.note(1, 0);
  changes = 0;
  for (let above = 0; above < 192; above += 64) {
    const pids = Array.from({ length: 64 }, (_, i) => above + i + 1);
    held.avoid({ pids, times: pids.map(() => 1) }, 5000);
  }
  expect(held.pids).toHaveLength(192);
  expect([held.restMs(1, 5000), held.restMs(192, 5000)]).toEqual([5000, 10_000]);
  // The sender knows it already.
  expect(changes).toBe(0);
});
