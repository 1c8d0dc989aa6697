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

it.each([1, 30, 300, 3000])('reads figures that take %i ms for at most a tenth of the time, plus half a second and one reading', async (tookMs) => {
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

it('gives figures that the reader did, and fails as it does', async () => {
  expect(await memories.get(7)).toEqual(MEMORY);
  reader.shown.set(7, 'no_permission');
  await expect(memories.get(7)).rejects.toThrow('it is no_permission');
});
