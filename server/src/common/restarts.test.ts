import { expect, it } from 'vitest';
import { Restarts } from './restarts.ts';

it('counts only recent events', () => {
  const restarts = new Restarts(2, 1000);
  expect([0, 10, 20].map((time) => restarts.tooMany(time))).toEqual([false, false, true]);
  expect([1015, 2100].map((time) => restarts.tooMany(time))).toEqual([false, false]);
});
