import { type Axis, density, shownIntervalAt } from './axis.ts';
import { type Camera, fit, isFit } from './camera.ts';
import { anchorAt, clamp } from './camera-moves.ts';
import { Projection, type Ruler } from './projection.ts';

/**
 * A transition between two layouts: every bound glides from the old height of its page to the new one. In both layouts
 * heights fall as pages rise, and so does their weighted mean: the order never changes.
 */
export class Blend implements Ruler {
  readonly axis: Axis;
  readonly #from: Projection;
  readonly #to: Projection;
  readonly #share: number;

  /** share in [0, 1]: 0 is the old layout, 1 the new one. */
  constructor(from: Projection, to: Projection, share: number) {
    this.axis = to.axis;
    this.#from = from;
    this.#to = to;
    this.#share = share;
  }

  /** Hand-written: interpolateNumber of d3-interpolate creates a function per bound and takes ten times as long. */
  yOfBound(index: number): number {
    const old = this.#from.yOf(this.axis.intervals.bounds[index] ?? 0);
    return old + (this.#to.yOfBound(index) - old) * this.#share;
  }
}

/**
 * The camera for a new axis that keeps the place at anchorYPx. A camera at fit stays at fit. If the interval there
 * fills at least half the viewport, its px per page are kept (the user looks at pages); if it is smaller, the scale is
 * kept (the user looks at its surroundings, which would otherwise change size with a neighbour).
 */
export function rebase(camera: Camera, oldAxis: Axis, newAxis: Axis, height: number, anchorYPx: number): Camera {
  if (isFit(camera, height)) return fit(newAxis, height);
  const anchored = anchorAt(oldAxis, camera, anchorYPx);
  const projection = new Projection(oldAxis, anchored);
  const oldInterval = shownIntervalAt(oldAxis, anchored.page);
  const newInterval = shownIntervalAt(newAxis, anchored.page);
  const top = Math.max(0, projection.yOfBound(oldInterval + 1));
  const bottom = Math.min(height, projection.yOfBound(oldInterval));
  if (bottom - top < height / 2) return clamp(newAxis, anchored, height);
  const oldDensity = density(oldAxis, oldInterval) / (oldAxis.prefix[oldAxis.end] ?? 1);
  const newDensity = density(newAxis, newInterval) / (newAxis.prefix[newAxis.end] ?? 1);
  return clamp(newAxis, { ...anchored, scale: (anchored.scale * oldDensity) / newDensity }, height);
}
