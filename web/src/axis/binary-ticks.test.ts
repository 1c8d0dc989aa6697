import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryStep, multiplesOf } from './binary-ticks.ts';

describe('ticks in powers of two', () => {
  it('have the least step that is large enough', () =>
    fc.assert(
      fc.property(fc.double({ min: 2 ** -30, max: 2 ** 60, noNaN: true }), (least) => {
        const step = binaryStep(least);
        expect(Number.isInteger(Math.log2(step))).toBe(true);
        // Give or take the rounding of a logarithm.
        expect(step).toBeGreaterThan(least * (1 - 1e-14));
        expect(step / 2).toBeLessThan(least);
      }),
    ));

  it('are exact up to the last page of 2^64, and all there are', () => {
    const places = fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 2 ** 52 - 1000, max: 2 ** 52 }), fc.integer({ min: 0, max: 2 ** 52 }));
    fc.assert(
      fc.property(places, fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 2 ** 20 }), (low, log, count, more) => {
        const step = 2 ** log;
        const end = Math.min(2 ** 52, low + count * step + (more % step));
        const expected: bigint[] = [];
        const [by, from] = [BigInt(step), BigInt(low)];
        for (let tick = ((from + by - 1n) / by) * by; tick < BigInt(end); tick += by) expected.push(tick);
        expect(multiplesOf(step, low, end).map(BigInt)).toEqual(expected);
      }),
    );
    expect(multiplesOf(0.25, 0, 1)).toEqual([0, 0.25, 0.5, 0.75]);
  });
});
