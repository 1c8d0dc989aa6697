import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TableScroll } from './table-scroll.ts';

describe('a table scrolled', () =>
  it('reaches every row by its bar, however many there are', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 3_000_000 }),
        fc.constantFrom(26, 40),
        fc.integer({ min: 20, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (rows, rowPx, viewPx, share) => {
          const scroll = new TableScroll(rows, rowPx, viewPx);
          expect(scroll.heightPx).toBeLessThan(17_000_000);
          expect(scroll.wholePx).toBe(rows * rowPx);
          const last = Math.max(0, scroll.heightPx - viewPx);
          expect(scroll.topOf(0)).toBe(0);
          expect(scroll.topOf(last)).toBeCloseTo(scroll.lastTop, 3);
          const top = share * scroll.lastTop;
          expect(scroll.topOf(scroll.scrollOf(top))).toBeCloseTo(top, 3);
          expect(scroll.clamp(-1)).toBe(0);
          expect(scroll.clamp(1e12)).toBe(scroll.lastTop);
        },
      ),
    )));
