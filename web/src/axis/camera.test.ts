import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, endPage, startPage } from './axis.ts';
import { type Camera, fit, isFit } from './camera.ts';
import { clamp, fitRange, hold, lookAt, panBy, spotOf, zoomAt } from './camera-moves.ts';
import { pageAt, yOf } from './heights.fixture.ts';
import { buildHierarchy, SCALES } from './hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap, random } from './maps.fixture.ts';
import { Projection } from './projection.ts';
import { showsJust } from './visible-pages.ts';

const HEIGHT = 1000;
const axes: [string, Axis][] = [
  ['node', buildHierarchy(intervalsOf(nodeMap())).axis],
  ['65,000', buildHierarchy(manyMappings(65_000)).axis],
  ['linear', buildHierarchy(intervalsOf(nodeMap()), { show: 'both', scale: 'linear' }).axis],
];

/** y of a page, rounded only at the end: rationals over BigInt, scaled by 2^200. */
function exactY(axis: Axis, camera: Camera, page: number): number {
  const BITS = 200n;
  const fixed = (value: number): bigint => {
    if (value === 0) return 0n;
    const exponent = Math.floor(Math.log2(Math.abs(value))) - 53;
    const mantissa = BigInt(value / 2 ** exponent);
    return exponent >= 0 ? (mantissa << BITS) << BigInt(exponent) : (mantissa << BITS) >> BigInt(-exponent);
  };
  const weightBelow = (at: number, fraction: number): bigint => {
    const { bounds } = axis.intervals;
    let i = axis.first;
    let high = axis.end - 1;
    while (i < high) {
      const middle = (i + high + 1) >>> 1;
      if ((bounds[middle] ?? 0) <= at) i = middle;
      else high = middle - 1;
    }
    const low = bounds[i] ?? 0;
    const pages = BigInt((bounds[i + 1] ?? 0) - low);
    const weight = BigInt((axis.prefix[i + 1] ?? 0) - (axis.prefix[i] ?? 0));
    return (BigInt(axis.prefix[i] ?? 0) << BITS) + (((BigInt(at - low) << BITS) + fixed(fraction)) * weight) / pages;
  };
  const distance = weightBelow(camera.page, camera.fraction) - weightBelow(page, 0);
  const px = (distance * fixed(camera.scale)) / (BigInt(axis.prefix[axis.end] ?? 1) << BITS);
  return Number(fixed(camera.y) + px) / 2 ** Number(BITS);
}

describe.each(axes)('camera over %s', (_, axis) => {
  it('shows exactly the whole at fit', () => {
    const camera = fit(axis, HEIGHT);
    expect(yOf(axis, camera, endPage(axis))).toBeCloseTo(0, 9);
    expect(yOf(axis, camera, startPage(axis))).toBe(HEIGHT);
    expect(clamp(axis, camera, HEIGHT)).toEqual(camera);
  });

  it('from the whole space to one page and back: under 1e-6 px from exact arithmetic, and the pointer keeps its page', () => {
    for (let seed = 0; seed < 12; seed++) {
      const next = random(seed);
      let camera = fit(axis, HEIGHT);
      let worst = 0;
      for (let step = 0; step < 260; step++) {
        const inwards = step < 170;
        const y = next() * HEIGHT;
        const before = pageAt(axis, camera, y);
        const zoomed = zoomAt(axis, camera, HEIGHT, y, inwards ? 1.1 + next() : 1 / (1.2 + next()));
        const ends = yOf(axis, zoomed, endPage(axis)) > -1e-9 || yOf(axis, zoomed, startPage(axis)) < HEIGHT + 1e-9;
        if (!ends) expect(Math.abs(yOf(axis, zoomed, before.page, before.fraction) - y)).toBeLessThan(1e-6);
        camera = step % 5 === 0 ? panBy(axis, zoomed, HEIGHT, (next() - 0.5) * 300) : zoomed;
        const projection = new Projection(axis, camera);
        for (let k = 0; k < 6; k++) {
          const { page } = projection.pointAt(next() * HEIGHT);
          worst = Math.max(worst, errorInSight(camera, projection, page));
          worst = Math.max(worst, errorInSight(camera, projection, axis.intervals.bounds[projection.intervalAt(next() * HEIGHT)] ?? 0));
        }
      }
      expect(worst).toBeLessThan(1e-6);
      camera = zoomAt(axis, camera, HEIGHT, 500, 1e-30);
      expect(isFit(camera, HEIGHT)).toBe(true);
    }
    function errorInSight(camera: Camera, projection: Projection, page: number): number {
      const y = projection.yOf(page);
      return y > -HEIGHT && y < 2 * HEIGHT ? Math.abs(y - exactY(axis, camera, page)) : 0;
    }
  });

  it('comes to one page = the viewport, in every interval', () =>
    fc.assert(
      fc.property(fc.integer({ min: axis.first, max: axis.end - 1 }), (i) => {
        const page = axis.intervals.bounds[i] ?? 0;
        const camera = fitRange(axis, page, page + 1, HEIGHT);
        expect(yOf(axis, camera, page)).toBeCloseTo(HEIGHT, 6);
        expect(yOf(axis, camera, page + 1)).toBeCloseTo(0, 6);
      }),
    ));

  it('fits any range into the padding', () =>
    fc.assert(
      fc.property(fc.integer({ min: axis.first, max: axis.end - 1 }), fc.integer({ min: 1, max: 40 }), (i, n) => {
        const low = axis.intervals.bounds[i] ?? 0;
        const high = axis.intervals.bounds[Math.min(axis.end, i + n)] ?? 0;
        const camera = fitRange(axis, low, high, HEIGHT, 50);
        if (isFit(camera, HEIGHT)) return;
        const top = yOf(axis, camera, high);
        const bottom = yOf(axis, camera, low);
        expect(bottom - top).toBeCloseTo(900, 5);
        expect(top).toBeGreaterThan(-1e-6);
        expect(bottom).toBeLessThan(HEIGHT + 1e-6);
      }),
    ));

  it('cannot be lost, whatever one does', () => {
    const move = fc.record({
      y: fc.double({ min: 0, max: HEIGHT, noNaN: true }),
      log: fc.double({ min: -30, max: 30, noNaN: true }),
      pan: fc.double({ min: -1e5, max: 1e5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
        let camera = fit(axis, HEIGHT);
        for (const { y, log, pan } of moves) {
          camera = panBy(axis, zoomAt(axis, camera, HEIGHT, y, Math.exp(log)), HEIGHT, pan);
          const projection = new Projection(axis, camera);
          expect(projection.yOfBound(axis.end)).toBeLessThan(1e-6);
          expect(projection.yOfBound(axis.first)).toBeGreaterThan(HEIGHT - 1e-6);
          expect(camera.scale).toBeGreaterThanOrEqual(HEIGHT);
          expect(projection.pxPerPage(projection.intervalAt(HEIGHT / 2))).toBeLessThan(HEIGHT * 1.0001);
          expect(camera.y).toBeGreaterThanOrEqual(-1e-6);
          expect(camera.y).toBeLessThanOrEqual(HEIGHT + 1e-6);
        }
      }),
    );
  });

  const view = fc
    .record({ i: fc.integer({ min: axis.first, max: axis.end - 1 }), n: fc.integer({ min: 1, max: 30 }), share: fc.double({ min: 0, max: 1, noNaN: true }) })
    .map(({ i, n, share }) => {
      const low = axis.intervals.bounds[i] ?? 0;
      const high = axis.intervals.bounds[Math.min(axis.end, i + n)] ?? 0;
      const near = fitRange(axis, low, high, HEIGHT, 50);
      return clamp(axis, { ...near, scale: near.scale * (1 + 40 * share) }, HEIGHT);
    });
  const y = fc.double({ min: 0, max: HEIGHT, noNaN: true });

  it('keeps the places under two fingers there, within its limits', () => {
    fc.assert(
      fc.property(view, y, y, y, y, (camera, a, b, toA, toB) => {
        if (b - a < 24 || toB - toA < 24) return;
        const [pointA, pointB] = [pageAt(axis, camera, a), pageAt(axis, camera, b)];
        const held = hold(axis, camera, HEIGHT, { point: pointA, y: toA }, { point: pointB, y: toB });
        expect(yOf(axis, held, endPage(axis))).toBeLessThan(1e-6);
        expect(yOf(axis, held, startPage(axis))).toBeGreaterThan(HEIGHT - 1e-6);
        const free = yOf(axis, held, endPage(axis)) < -1e-6 && yOf(axis, held, startPage(axis)) > HEIGHT + 1e-6;
        if (!free) return;
        expect(Math.abs(yOf(axis, held, pointA.page, pointA.fraction) - toA)).toBeLessThan(0.01);
        const wanted = camera.scale * ((toB - toA) / (b - a));
        // The limit of the scale keeps it from getting that close.
        if (held.scale < wanted * (1 - 1e-9)) return;
        expect(Math.abs(yOf(axis, held, pointB.page, pointB.fraction) - toB)).toBeLessThan(0.01);
      }),
    );
  });

  it('returns to a spot exactly, and to the same in a viewport of another height', () =>
    fc.assert(
      fc.property(view, fc.integer({ min: 200, max: 3000 }), (camera, height) => {
        const spot = spotOf(axis, camera, HEIGHT);
        const again = lookAt(axis, spot, HEIGHT);
        expect(again.scale / camera.scale).toBeCloseTo(1, 9);
        expect(Math.abs(yOf(axis, again, camera.page, camera.fraction) - camera.y)).toBeLessThan(0.01);
        const other = lookAt(axis, spot, height);
        expect((spotOf(axis, other, height)?.zoom ?? 1) / (spot?.zoom ?? 1)).toBeCloseTo(1, 9);
        for (const share of [0, 0.5, 1]) {
          const there = pageAt(axis, camera, share * HEIGHT);
          expect(Math.abs(yOf(axis, other, there.page, there.fraction) / height - share)).toBeLessThan(1e-5);
        }
      }),
    ));

  it.each(SCALES)('returns to the same pages on an axis of other heights: scale %s', (scale) => {
    const other = buildHierarchy(intervalsOf(nodeMap().filter((_, i) => i % 3 > 0)), { scale }).axis;
    fc.assert(
      fc.property(view, (camera) => {
        const spot = spotOf(axis, camera, HEIGHT);
        const seen = spot?.seen ?? null;
        if (seen !== null) expect(showsJust(new Projection(other, lookAt(other, spot, HEIGHT)), seen, HEIGHT)).toBe(true);
      }),
    );
  });

  it('stays within the space, whatever the command', () => {
    const wild = fc.record({
      page: fc.integer({ min: 0, max: 2 ** 52 }),
      fraction: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      zoom: fc.double({ min: 1, max: 1e300, noNaN: true }),
      seen: fc.option(
        fc
          .tuple(fc.integer({ min: 0, max: 2 ** 52 - 1 }), fc.integer({ min: 1, max: 2 ** 52 }))
          .map(([from, length]) => ({ startPage: from, endPage: Math.min(2 ** 52, from + length) })),
      ),
    });
    fc.assert(
      fc.property(wild, (spot) => {
        const camera = lookAt(axis, spot, HEIGHT);
        expect(yOf(axis, camera, endPage(axis))).toBeLessThan(1e-6);
        expect(yOf(axis, camera, startPage(axis))).toBeGreaterThan(HEIGHT - 1e-6);
        expect(new Projection(axis, camera).pxPerPage(new Projection(axis, camera).intervalAt(HEIGHT / 2))).toBeLessThan(HEIGHT * 1.0001);
      }),
    );
  });
});

it('finds the place at an edge between two intervals of the linear scale, where weights are too coarse to tell', () => {
  const { axis } = buildHierarchy(intervalsOf(nodeMap()), { show: 'both', scale: 'linear' });
  // [vsyscall] is one page. That page fills nine tenths of the viewport; the rest shows its neighbours.
  const bound = 0xf_ffff_ffff_f601;
  const camera = fitRange(axis, bound - 1, bound, 1000, 50);
  for (const y of [0, 49, 51, 500, 949, 951, 1000]) {
    const { page, fraction } = pageAt(axis, camera, y);
    expect(page - bound + fraction).toBeCloseTo((50 - y) / 900, 9);
  }
});
