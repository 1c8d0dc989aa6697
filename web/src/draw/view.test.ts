import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endPage, startPage } from '../axis/axis.ts';
import { type Camera, fit, isFit } from '../axis/camera.ts';
import { fitRange } from '../axis/camera-moves.ts';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { Projection } from '../axis/projection.ts';
import { type View, viewOf } from './view.ts';

const HEIGHT = 803;

describe('viewOf', () => {
  const { axis } = buildHierarchy(intervalsOf(nodeMap()));
  const view = (camera: Camera, over = axis): View => viewOf({ projection: new Projection(over, camera), camera, atFit: isFit(camera, HEIGHT) }, HEIGHT, 1);

  it('has the visible pages, and no neighbour that is visible by rounding only', () =>
    fc.assert(
      fc.property(fc.integer({ min: axis.first, max: axis.end - 1 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 5 }), (i, skipped, count) => {
        const [low = 0, high = 0] = [axis.intervals.bounds[i], axis.intervals.bounds[i + 1]];
        const start = Math.min(low + skipped, high - 1);
        const end = Math.min(start + count, high);
        expect(view(fitRange(axis, start, end, HEIGHT))).toMatchObject({ firstPage: start, lastPage: end });
      }),
    ));

  it.each(['log', 'linear', 'mapped'] as const)('has all where all is in sight, on the scale %s', (scale) => {
    const whole = buildHierarchy(intervalsOf(nodeMap()), { show: 'both', scale }).axis;
    expect(view(fit(whole, HEIGHT), whole)).toMatchObject({ firstPage: startPage(whole), lastPage: endPage(whole), atFit: true });
  });

  it('has a page with a twentieth of a pixel visible', () => {
    // An interval with neighbours of the same height.
    const start = (axis.intervals.bounds[axis.end - 2] ?? 0) + 10;
    const camera = fitRange(axis, start, start + 1, HEIGHT);
    expect(view({ ...camera, y: camera.y - 0.05 })).toMatchObject({ firstPage: start - 1, lastPage: start + 1 });
    expect(view({ ...camera, y: camera.y + 0.05 })).toMatchObject({ firstPage: start, lastPage: start + 2 });
  });
});
