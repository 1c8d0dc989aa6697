import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endPage, pageAtY, startPage, weightBetween, weightOf } from './axis.ts';
import { yOfPage } from './heights.fixture.ts';
import { buildHierarchy, type Scale, type Show } from './hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap } from './maps.fixture.ts';

const shows: Show[] = ['both', 'user', 'kernel'];
const scales: Scale[] = ['log', 'linear'];
const node = intervalsOf(nodeMap());
const axes = [...shows.flatMap((show) => scales.map((scale) => buildHierarchy(node, { show, scale }).axis)), buildHierarchy(manyMappings(5000)).axis];

describe('axis', () => {
  it.each(axes.map((axis, i) => [i, axis] as const))('%i falls from 1 to 0 as pages rise, and tiles', (_, axis) => {
    expect(yOfPage(axis, startPage(axis))).toBe(1);
    expect(yOfPage(axis, endPage(axis))).toBe(0);
    let sum = 0;
    for (let i = axis.first; i < axis.end; i++) {
      const { bounds } = axis.intervals;
      sum += weightOf(axis, i);
      expect(sum).toBe(axis.prefix[i + 1]);
      expect(weightBetween(axis, bounds[i] ?? 0, bounds[i + 1] ?? 0) / weightOf(axis, i)).toBeCloseTo(1, 14);
    }
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const upper = pageAtY(axis, low);
        const lower = pageAtY(axis, high);
        expect(upper.page - lower.page + (upper.fraction - lower.fraction)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each(axes.slice(0, 6).map((axis, i) => [i, axis] as const))('%i is its own inverse', (_, axis) => {
    fc.assert(
      fc.property(fc.integer({ min: axis.first, max: axis.end - 1 }), fc.double({ min: 0.001, max: 0.999, noNaN: true }), (i, share) => {
        const bounds = axis.intervals.bounds;
        const low = bounds[i] ?? 0;
        const pages = (bounds[i + 1] ?? 0) - low;
        const offset = share * pages;
        const page = low + Math.floor(offset);
        const back = pageAtY(axis, yOfPage(axis, page, offset % 1));
        // 1e-9 of the interval, or the resolution of a double in [0, 1] if the interval is thinner than that
        // (linear scale).
        const least = Math.max(1e-9, 4e-16 / (weightOf(axis, i) / (axis.prefix[axis.end] ?? 1)));
        if (least < 0.5) expect(Math.abs(back.page - page + (back.fraction - (offset % 1))) / pages).toBeLessThan(least);
      }),
    );
  });
});
