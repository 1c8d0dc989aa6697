import fc from 'fast-check';
import { expect, it } from 'vitest';
import { memPercent } from './memory.ts';

const kib = fc.oneof(fc.nat(), fc.integer({ min: 0, max: 2 ** 42 }));

it('%MEM is cut to a tenth as ps cuts it, and 99.9 at most', () => {
  fc.assert(
    fc.property(kib, kib, (rssKb, memTotalKb) => {
      const percent = memPercent(rssKb, memTotalKb);
      if (memTotalKb === 0) {
        expect(percent).toBe(0);
        return;
      }
      // As in ps(1), with integers.
      const tenths = (BigInt(rssKb) * 1000n) / BigInt(memTotalKb);
      const shown = tenths > 999n ? 999n : tenths;
      expect(percent.toFixed(1)).toBe(`${shown / 10n}.${shown % 10n}`);
      expect(Number(percent.toFixed(1))).toBe(percent);
    }),
    { numRuns: 1000 },
  );
});

it.each([
  [0, 1000, 0],
  [1, 1001, 0],
  [1, 1000, 0.1],
  [1999, 1_000_000, 0.1],
  [999, 1000, 99.9],
  [1000, 1000, 99.9],
  [2000, 1000, 99.9],
  [1, 0, 0],
])('%MEM of %d KB in %d KB is %d', (rssKb, memTotalKb, percent) => expect(memPercent(rssKb, memTotalKb)).toBe(percent));
