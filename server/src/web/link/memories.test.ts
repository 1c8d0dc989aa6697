import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeReaderLink, MEMORY } from '../../../test/fake-reader-link.ts';
import { Memories } from './memories.ts';

let reader: FakeReaderLink;
let memories: Memories;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
  reader = new FakeReaderLink();
  memories = new Memories(reader.link);
});
afterEach(() => {
  vi.useRealTimers();
});

const reads = (): number => reader.asked.filter(({ op }) => op === 'memory').length;

it('reads a process once for simultaneous requests, through any thread', async () => {
  reader.leaders.set(8, 7);
  await Promise.all([memories.get(7), memories.get(7), memories.get(8)]);
  expect(reads()).toBe(1);
  await memories.get(7);
  expect(reads()).toBe(2);
});

it.each([1, 30, 300, 3000])('reads one that takes %i ms for at most a tenth of the time, plus half a second and one reading', async (tookMs) => {
  reader.memory = { ...MEMORY, read_ms: tookMs };
  reader.delayMs = tookMs;
  const seconds = 60;
  for (let ms = 0; ms < seconds * 1000; ms += 5) {
    void memories.get(7);
    await vi.advanceTimersByTimeAsync(5);
  }
  expect(reads() * tookMs).toBeLessThanOrEqual(seconds * 100 + 500 + tookMs);
  expect(reads() * tookMs).toBeGreaterThan(seconds * 100 - tookMs);
});

it('gives the last answer in between', async () => {
  reader.memory = { ...MEMORY, read_ms: 600 };
  await memories.get(7);
  reader.memory = { ...MEMORY, rss_kb: 1 };
  expect((await memories.get(7)).rss_kb).toBe(MEMORY.rss_kb);
  await vi.advanceTimersByTimeAsync(1001);
  expect((await memories.get(7)).rss_kb).toBe(1);
});

it.each([-86_400_000, 86_400_000])('knows their age when the clock is set by %i ms', async (jumpMs) => {
  const memory = await memories.get(7);
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + jumpMs);
  await vi.advanceTimersByTimeAsync(2500);
  expect(memories.ageMs(memory)).toBe(2500);
  vi.mocked(Date.now).mockRestore();
});

it('does not return figures of another process that had the id before', async () => {
  reader.memory = { ...MEMORY, read_ms: 900 };
  await memories.get(7);
  reader.startTime = 2;
  await memories.get(7);
  expect(reads()).toBe(2);
});

it('tries again after a failure', async () => {
  reader.shown.set(7, 'no_permission');
  await expect(memories.get(7)).rejects.toThrow();
  reader.shown.delete(7);
  expect(await memories.get(7)).toEqual(MEMORY);
});

it('soon retries a process that did not answer, however long that took', async () => {
  reader.shown.set(7, 'stalled');
  reader.delayMs = 30_000;
  const failed = expect(memories.get(7)).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(30_000);
  await failed;
  reader.shown.delete(7);
  reader.delayMs = 0;
  await expect(memories.get(7)).rejects.toThrow();
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await memories.get(7)).toEqual(MEMORY);
});

it('does not remember processes for ever, and does not forget their limits', async () => {
  reader.memory = { ...MEMORY, read_ms: 900 };
  await memories.get(1);
  for (let pid = 2; pid < 3000; pid++) await memories.get(pid);
  const before = reads();
  await memories.get(1);
  // Its rest is not over, so it is not forgotten.
  expect(reads()).toBe(before);
});

it('gives the last answer while the next one is read', async () => {
  await memories.get(7);
  reader.delayMs = 30_000;
  reader.memory = { ...MEMORY, rss_kb: 1 };
  const next = memories.get(7);
  await vi.advanceTimersByTimeAsync(1000);
  expect((await memories.get(7)).rss_kb).toBe(MEMORY.rss_kb);
  await vi.advanceTimersByTimeAsync(30_000);
  expect((await next).rss_kb).toBe(1);
});
