import { describe, expect, it } from 'vitest';
import { endPage, startPage } from './axis.ts';
import { fit } from './camera.ts';
import { fitPage, fitRange, zoomAt } from './camera-moves.ts';
import { fly } from './flight.ts';
import { buildHierarchy } from './hierarchy.ts';
import { intervalsOf, nodeMap } from './maps.fixture.ts';
import { Projection } from './projection.ts';

const HEIGHT = 900;
const { axis } = buildHierarchy(intervalsOf(nodeMap()));
const bounds = axis.intervals.bounds;
const page = (share: number): number => bounds[Math.floor(axis.end * share)] ?? 0;

const views = {
  fit: fit(axis, HEIGHT),
  heapPage: fitPage(axis, 0x5001, HEIGHT),
  stack: fitRange(axis, 0x7_ffe2_d000, 0x7_ffe2_d021, HEIGHT, 60),
  hole: fitPage(axis, 2 ** 50, HEIGHT),
  middle: fitRange(axis, page(0.4), page(0.5), HEIGHT, 20),
  nearMiddle: fitRange(axis, page(0.4), page(0.51), HEIGHT, 20),
  top: fitPage(axis, endPage(axis) - 1, HEIGHT, 32),
  bottom: fitRange(axis, 0, 16, HEIGHT, 32),
};
const pairs = Object.entries(views).flatMap(([a, from]) => Object.entries(views).map(([b, to]) => [a, b, from, to] as const));

describe('flight', () => {
  it.each(pairs)('from %s to %s starts and ends exactly, and is smooth', (_a, _b, from, to) => {
    const flight = fly(axis, from, to, HEIGHT);
    expect(flight.at(0)).toBe(from);
    expect(flight.at(1)).toBe(to);
    const near0 = new Projection(axis, flight.at(1e-9));
    expect(Math.abs(near0.yOf(from.page, from.fraction) - from.y)).toBeLessThan(0.01);
    const near1 = new Projection(axis, flight.at(1 - 1e-9));
    expect(Math.abs(near1.yOf(to.page, to.fraction) - to.y)).toBeLessThan(0.01);
    const steps = 4000;
    let last = flight.at(0);
    for (let k = 1; k <= steps; k++) {
      const camera = flight.at(k / steps);
      expect(camera.scale / last.scale).toBeGreaterThan(0.9);
      expect(camera.scale / last.scale).toBeLessThan(1.1);
      const middle = new Projection(axis, last).pointAt(HEIGHT / 2);
      expect(Math.abs(new Projection(axis, camera).yOf(middle.page, middle.fraction) - HEIGHT / 2)).toBeLessThan(60);
      // Nothing beyond the space is ever visible, since an interruption would leave the view there.
      const now = new Projection(axis, camera);
      expect(now.yOf(endPage(axis))).toBeLessThan(1e-6);
      expect(now.yOf(startPage(axis))).toBeGreaterThan(HEIGHT - 1e-6);
      last = camera;
    }
  });

  it('keeps the pointer in place in a plain zoom', () => {
    const to = zoomAt(axis, views.fit, HEIGHT, 300, 5);
    const flight = fly(axis, views.fit, to, HEIGHT);
    for (const t of [0.2, 0.5, 0.9]) expect(new Projection(axis, flight.at(t)).yOf(to.page, to.fraction)).toBeCloseTo(to.y, 6);
  });

  it('is longer the farther', () => {
    expect(fly(axis, views.fit, views.fit, HEIGHT).length).toBe(0);
    expect(fly(axis, views.heapPage, views.hole, HEIGHT).length).toBeGreaterThan(fly(axis, views.fit, views.stack, HEIGHT).length);
  });
});
