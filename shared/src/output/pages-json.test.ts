import fc from 'fast-check';
import { expect, it } from 'vitest';
import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SOFT_DIRTY, PAGE_SWAPPED } from '../figures/page-states.ts';
import { pageCounts, pageStatesOf } from './pages-json.ts';

it('carries one byte a page', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.maxSafeNat(), (flags, startPage) => {
      expect(pageStatesOf({ states: Buffer.from(flags).toString('base64'), count: flags.length }, startPage)).toEqual({ startPage, flags });
    }),
  );
  expect(() => pageStatesOf({ states: 'AAAA', count: 4 }, 0)).toThrow(RangeError);
  expect(() => pageStatesOf({ states: '!', count: 0 }, 0)).toThrow(RangeError);
});

it('counts pages in memory by kind', () => {
  const states = Uint8Array.of(
    0,
    PAGE_SOFT_DIRTY,
    PAGE_PRESENT,
    PAGE_PRESENT | PAGE_FILE,
    PAGE_PRESENT | PAGE_EXCLUSIVE | PAGE_SOFT_DIRTY,
    PAGE_SWAPPED,
    PAGE_SWAPPED | PAGE_FILE,
    PAGE_GUARD,
    PAGE_MARKER | PAGE_SOFT_DIRTY,
  );
  const counts = { present: 3, swapped: 2, guard: 1, marker: 1, file: 1, anonymous: 2, exclusive: 1 };
  expect(pageCounts(states, { swapTold: true, markerTold: true })).toEqual(counts);
  expect(pageCounts(states, { swapTold: false, markerTold: true })).toEqual({ ...counts, swapped: null });
  expect(pageCounts(states, { swapTold: false, markerTold: false })).toEqual({ ...counts, swapped: null, marker: null });
});
