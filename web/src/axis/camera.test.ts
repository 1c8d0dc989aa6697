import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Axis, endPage, startPage } from './axis.ts';
import { type Camera, clamp, fit, fitRange, isFit, pageAt, panBy, yOf, zoomAt } from './camera.ts';
import { buildHierarchy } from './hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap, random } from './maps.fixture.ts';
import { Projection } from './projection.ts';

const HEIGHT = 1000;
const axes: [string, Axis][] = [
  ['node', buildHierarchy(intervalsOf(nodeMap())).axis],
  ['65,000', buildHierarchy(manyMappings(65_000)).axis],
  ['linear', buildHierarchy(intervalsOf(nodeMap()), { show: 'both', scale: 'linear' }).axis],
];

/** y of a page without any rounding until the end: rationals over BigInt, scaled by 2^200. */
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

  it('comes to one page = the viewport, in every interval', () => {
    fc.assert(
      fc.property(fc.integer({ min: axis.first, max: axis.end - 1 }), (i) => {
        const page = axis.intervals.bounds[i] ?? 0;
        const camera = fitRange(axis, page, page + 1, HEIGHT);
        expect(yOf(axis, camera, page)).toBeCloseTo(HEIGHT, 6);
        expect(yOf(axis, camera, page + 1)).toBeCloseTo(0, 6);
      }),
    );
  });

  it('fits any range into the padding', () => {
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
    );
  });

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
});
