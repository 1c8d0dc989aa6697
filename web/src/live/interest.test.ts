import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Interest } from './interest.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('is requested once for any number of viewers, and dropped a while after the last one', () => {
  const asked: boolean[] = [];
  const interest = new Interest((on) => asked.push(on), 1000);
  const [first, second] = [interest.want(), interest.want()];
  first();
  vi.advanceTimersByTime(5000);
  expect(asked).toEqual([true]);
  second();
  vi.advanceTimersByTime(999);
  expect(interest.on).toBe(true);
  vi.advanceTimersByTime(1);
  expect(asked).toEqual([true, false]);
});

it('is not requested again when it comes back soon', () => {
  const asked: boolean[] = [];
  const interest = new Interest((on) => asked.push(on), 1000);
  for (let i = 0; i < 10; i++) {
    interest.want()();
    vi.advanceTimersByTime(500);
  }
  expect(asked).toEqual([true]);
  vi.advanceTimersByTime(500);
  expect(asked).toEqual([true, false]);
  interest.want();
  expect(asked).toEqual([true, false, true]);
});
