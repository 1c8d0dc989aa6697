import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Blend, rebase } from './blend.ts';
import { fit, isFit } from './camera.ts';
import { fitRange, panBy, zoomAt } from './camera-moves.ts';
import { buildHierarchy } from './hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap } from './maps.fixture.ts';
import { maskLevels, Masks } from './masks.ts';
import { Projection, type Ruler } from './projection.ts';
import { Rows } from './rows.ts';

const HEIGHT = 1000;
const rows = new Rows();

/** Rows tile the visible part, in pixels and in intervals, and their positions are right to a pixel and a half. */
function checkRows(ruler: Ruler, masks: Masks): void {
  rows.fill(ruler, masks, HEIGHT);
  expect(rows.length).toBeGreaterThan(0);
  expect(rows.y0[0]).toBe(0);
  expect(rows.y1[rows.length - 1]).toBe(HEIGHT);
  for (let r = 0; r < rows.length; r++) {
    const first = rows.first[r] ?? 0;
    const end = rows.end[r] ?? 0;
    expect(rows.y1[r]).toBeGreaterThan(rows.y0[r] ?? 0);
    if (r > 0) {
      expect(rows.y0[r]).toBe(rows.y1[r - 1]);
      expect(end).toBe(rows.first[r - 1]);
    }
    if (end - first > 1) expect((rows.y1[r] ?? 0) - (rows.y0[r] ?? 0)).toBe(1);
    expect(Math.abs((rows.y0[r] ?? 0) - Math.max(0, ruler.yOfBound(end)))).toBeLessThanOrEqual(1.5);
    expect(Math.abs((rows.y1[r] ?? 0) - Math.min(HEIGHT, ruler.yOfBound(first)))).toBeLessThanOrEqual(1.5);
  }
}

const maps = [intervalsOf(nodeMap()), manyMappings(20_000), intervalsOf([])];

describe('rows', () => {
  it.each(maps.map((intervals, i) => [i, intervals] as const))('tile the viewport at any camera, map %i', (_, intervals) => {
    const { axis } = buildHierarchy(intervals);
    const masks = new Masks(maskLevels(intervals, intervals.kind));
    const move = fc.record({
      y: fc.double({ min: 0, max: HEIGHT, noNaN: true }),
      log: fc.double({ min: -2, max: 8, noNaN: true }),
      pan: fc.integer({ min: -900, max: 900 }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 6 }), (moves) => {
        let camera = fit(axis, HEIGHT);
        for (const { y, log, pan } of moves) camera = panBy(axis, zoomAt(axis, camera, HEIGHT, y, Math.exp(log)), HEIGHT, pan);
        checkRows(new Projection(axis, camera), masks);
      }),
      { numRuns: 60 },
    );
  });

  it('say what merged into them', () => {
    const intervals = manyMappings(3000);
    const masks = new Masks(maskLevels(intervals, intervals.kind));
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), fc.integer({ min: 0, max: 3000 }), (a, n) => {
        let expected = 0;
        for (let i = a; i < Math.min(intervals.length, a + n); i++) expected |= masks.of(i, i + 1);
        expect(masks.of(a, Math.min(intervals.length, a + n))).toBe(expected);
      }),
    );
  });

  it('cost hardly more for a million intervals than for a thousand', () => {
    const time = (n: number): number => {
      const intervals = manyMappings(n);
      const ruler = new Projection(buildHierarchy(intervals).axis, fit(buildHierarchy(intervals).axis, HEIGHT));
      const masks = new Masks(maskLevels(intervals, intervals.kind));
      for (let k = 0; k < 200; k++) rows.fill(ruler, masks, HEIGHT);
      let best = Infinity;
      for (let round = 0; round < 5; round++) {
        const start = performance.now();
        for (let k = 0; k < 40; k++) rows.fill(ruler, masks, HEIGHT);
        best = Math.min(best, (performance.now() - start) / 40);
      }
      return best;
    };
    expect(time(500_000)).toBeLessThan(5);
  });
});

describe('blend', () => {
  const lines = nodeMap();
  const old = buildHierarchy(intervalsOf(lines)).axis;
  const intervals = intervalsOf([...lines.slice(0, 100), ...lines.slice(120), { start: 0x9000, end: 0xa000, name: '/new' }]);
  const next = buildHierarchy(intervals).axis;

  it('keeps the order and tiles at every moment', () => {
    const from = fitRange(old, 0x7_0000_0000, 0x7_f92b_0000, HEIGHT);
    const to = rebase(from, old, next, HEIGHT, 400);
    for (const share of [0, 0.1, 0.5, 0.9, 1])
      checkRows(new Blend(new Projection(old, from), new Projection(next, to), share), new Masks(maskLevels(intervals, intervals.kind)));
  });

  it('blends between layouts that show different halves', () => {
    const user = buildHierarchy(intervals, { show: 'user', scale: 'log' }).axis;
    const blend = new Blend(new Projection(next, fit(next, HEIGHT)), new Projection(user, fit(user, HEIGHT)), 0.5);
    rows.fill(blend, new Masks(maskLevels(intervals, intervals.kind)), HEIGHT);
    expect(rows.length).toBeGreaterThan(10);
  });

  it('keeps the visible place', () =>
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: HEIGHT, noNaN: true }),
        fc.double({ min: 100, max: 900, noNaN: true }),
        fc.double({ min: 0.5, max: 15, noNaN: true }),
        (y, eye, log) => {
          const camera = zoomAt(old, fit(old, HEIGHT), HEIGHT, y, Math.exp(log));
          const point = new Projection(old, camera).pointAt(eye);
          const rebased = rebase(camera, old, next, HEIGHT, eye);
          const after = new Projection(next, rebased);
          const atEnd = isFit(rebased, HEIGHT) || Math.abs(after.yOfBound(next.end)) < 1e-6 || Math.abs(after.yOfBound(next.first) - HEIGHT) < 1e-6;
          if (!atEnd) expect(Math.abs(after.yOf(point.page, point.fraction) - eye)).toBeLessThan(1e-3);
        },
      ),
    ));

  it('stays at fit', () => expect(rebase(fit(old, HEIGHT), old, next, HEIGHT, 10)).toEqual(fit(next, HEIGHT)));
});
