import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Duty } from './duty.ts';

it('allows one read of a process at a time, and others beside it', () => {
  const duty = new Duty();
  expect(duty.begin(1, 1000)).toBe(0);
  expect(duty.begin(1, 1000)).toBeGreaterThan(0);
  expect(duty.begin(2, 1000)).toBe(0);
  duty.end(1, 100, 250, 1100);
  expect(duty.begin(1, 1100)).toBe(650);
  expect(duty.begin(1, 1749)).toBe(1);
  expect([1749, 1750].map((now) => duty.isFree(1, now))).toEqual([false, true]);
  expect(duty.begin(1, 1750)).toBe(0);
});

it('uses at most a fifth of the time, however many requests come', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 1, max: 500 })), { minLength: 1, maxLength: 100 }), (asks) => {
      const duty = new Duty();
      let now = 0;
      let spent = 0;
      for (const [pauseMs, tookMs] of asks) {
        now += pauseMs;
        const wait = duty.begin(7, now);
        if (wait > 0) continue;
        // Includes the rest after each of them.
        now += tookMs;
        spent += tookMs;
        duty.end(7, tookMs, 50, now);
        expect(spent).toBeLessThanOrEqual((now + 4 * tookMs) / 5);
      }
    }),
  );
});

it('does not remember processes without end', () => {
  const duty = new Duty();
  for (let pid = 1; pid <= 5000; pid++) {
    expect(duty.begin(pid, pid * 1000)).toBe(0);
    duty.end(pid, 1, 250, pid * 1000);
  }
  // The first process has long been forgotten, and may be read.
  expect(duty.begin(1, 5_001_000)).toBe(0);
});
