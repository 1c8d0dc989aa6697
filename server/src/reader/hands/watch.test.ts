import { expect, it } from 'vitest';
import { PULSE_CELLS } from '../../common/beat.ts';
import { ownThread, type ThreadTime, threadTime } from './thread-time.ts';
import { HandWatch } from './watch.ts';

const BEATS = 0;
const TID = 2;

/** A watch of a thread whose state is set by the test. */
function watched(): { watch: HandWatch; pulse: Int32Array; time: { now: ThreadTime | null } } {
  const pulse = new Int32Array(new SharedArrayBuffer(PULSE_CELLS * 4));
  pulse[TID] = 7;
  const time: { now: ThreadTime | null } = { now: { runs: false, ticks: 100 } };
  const watch = new HandWatch(pulse, () => time.now);
  watch.begin();
  return { watch, pulse, time };
}

/** Number of looks until it counts as held; 200: never. */
function looksUntilHeld(watch: HandWatch, each: () => void = () => undefined, patience?: number): number {
  for (let looks = 1; looks < 200; looks++) {
    each();
    if (watch.look(patience)) return looks;
  }
  return 200;
}

it('a thread that neither reads nor runs counts as held after a second, or sooner on request', () => {
  expect(looksUntilHeld(watched().watch)).toBe(10);
  expect(looksUntilHeld(watched().watch, undefined, 3)).toBe(3);
});

it('one that reads is not, nor one that uses a processor or waits for one', () => {
  const reading = watched();
  expect(looksUntilHeld(reading.watch, () => Atomics.add(reading.pulse, BEATS, 1))).toBe(200);
  const walking = watched();
  expect(looksUntilHeld(walking.watch, () => (walking.time.now = { runs: false, ticks: (walking.time.now?.ticks ?? 0) + 1 }))).toBe(200);
  const waiting = watched();
  waiting.time.now = { runs: true, ticks: 100 };
  expect(looksUntilHeld(waiting.watch)).toBe(200);
});

it('one that worked before is held a second after its last sign of work', () => {
  const { watch, pulse } = watched();
  let left = 5;
  expect(looksUntilHeld(watch, () => left-- > 0 && Atomics.add(pulse, BEATS, 1))).toBe(15);
});

it('without information about threads, only their reads count', () => {
  const { watch, time } = watched();
  time.now = null;
  expect(looksUntilHeld(watch)).toBe(10);
});

it('has ten seconds to come up', () => {
  const { watch, pulse } = watched();
  pulse[TID] = 0;
  expect(looksUntilHeld(watch)).toBe(100);
  const late = watched();
  late.pulse[TID] = 0;
  let looks = 0;
  // From then on it has the usual time.
  expect(looksUntilHeld(late.watch, () => (late.pulse[TID] = ++looks > 50 ? 7 : 0))).toBe(60);
});

it('the kernel reports that this very thread runs', () => {
  const tid = ownThread();
  expect(tid).toBeGreaterThan(0);
  const before = threadTime(tid);
  expect(before?.runs).toBe(true);
  for (const end = performance.now() + 100; performance.now() < end;);
  expect(threadTime(tid)?.ticks).toBeGreaterThan(before?.ticks ?? Infinity);
  expect(threadTime(4_194_303)).toBeNull();
});
