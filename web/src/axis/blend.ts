import { type Axis, density, shownIntervalAt } from './axis.ts';
import { type Camera, fit, isFit } from './camera.ts';
import { anchorAt, clamp } from './camera-moves.ts';
import { Projection, type Ruler } from './projection.ts';

/**
 * Between an old and a new layout: every new bound glides from where its page was to where it is. Both heights fall as pages rise,
 * and so does their mean: the order is kept at every moment.
 */
export class Blend implements Ruler {
  readonly axis: Axis;
  readonly #from: Projection;
  readonly #to: Projection;
  readonly #share: number;

  /** share in [0, 1]: 0 is all old, 1 all new. */
  constructor(from: Projection, to: Projection, share: number) {
    this.axis = to.axis;
    this.#from = from;
    this.#to = to;
    this.#share = share;
  }

  /** By hand: interpolateNumber of d3-interpolate takes ten times as long for a bound, since it makes a function for each. */
  yOfBound(index: number): number {
    const old = this.#from.yOf(this.axis.intervals.bounds[index] ?? 0);
    return old + (this.#to.yOfBound(index) - old) * this.#share;
  }
}

/**
 * The camera for a new axis that leaves in place what is under the eye at anchorYPx. A camera at fit stays at fit. Where the interval
 * under the eye fills at least half the viewport its px-per-page remain (one looks at pages); where it is smaller the scale remains (one
 * looks at its surroundings, which else would grow or shrink with a neighbour's size).
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
