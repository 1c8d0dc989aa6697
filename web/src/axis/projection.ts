import { type Axis, density, endPage, intervalAtWeight, type Point, pointInside, shownIntervalAt, startPage, totalWeight } from './axis.ts';
import type { Camera } from './camera.ts';

/** Where the bounds of an axis' intervals lie in the viewport: what level of detail and labels ask. */
export interface Ruler {
  readonly axis: Axis;
  /** Px from the viewport's top of bounds[index], index in [axis.first, axis.end]; falls as the index rises. Any magnitude, also far outside. */
  yOfBound(index: number): number;
}

/**
 * Axis + camera: page <-> px. Exact page arithmetic inside the anchor's interval, whole-number weights outside: so the error
 * stays far below a pixel wherever something is in sight, although the whole may be 1e19 px high.
 */
export class Projection implements Ruler {
  readonly axis: Axis;
  readonly camera: Camera;
  /** Px of one unit of weight. */
  readonly #unit: number;
  /** The interval that holds the anchor, and its upper and lower edge in px. */
  readonly #anchor: number;
  readonly #top: number;
  readonly #bottom: number;

  constructor(axis: Axis, camera: Camera) {
    this.axis = axis;
    this.camera = camera;
    this.#unit = camera.scale / totalWeight(axis);
    this.#anchor = shownIntervalAt(axis, camera.page);
    const { bounds } = axis.intervals;
    const px = this.pxPerPage(this.#anchor);
    this.#bottom = camera.y + (camera.page - (bounds[this.#anchor] ?? 0) + camera.fraction) * px;
    this.#top = camera.y - ((bounds[this.#anchor + 1] ?? 0) - camera.page - camera.fraction) * px;
  }

  /** Px of one page inside an interval. */
  pxPerPage(interval: number): number {
    return density(this.axis, interval) * this.#unit;
  }

  yOfBound(index: number): number {
    const { prefix } = this.axis;
    if (index <= this.#anchor) return this.#bottom + ((prefix[this.#anchor] ?? 0) - (prefix[index] ?? 0)) * this.#unit;
    return this.#top - ((prefix[index] ?? 0) - (prefix[this.#anchor + 1] ?? 0)) * this.#unit;
  }

  /** Px of a place; places outside of what the axis shows give its edges. */
  yOf(page: number, fraction = 0): number {
    const { axis, camera } = this;
    if (page >= endPage(axis)) return this.yOfBound(axis.end);
    if (page < startPage(axis)) return this.yOfBound(axis.first);
    const i = shownIntervalAt(axis, page);
    const px = this.pxPerPage(i);
    if (i === this.#anchor) return camera.y + (camera.page - page + (camera.fraction - fraction)) * px;
    // From the bound that is nearer to the anchor: the other one may be far away, and imprecise.
    const { bounds } = axis.intervals;
    if (i < this.#anchor) return this.yOfBound(i + 1) + ((bounds[i + 1] ?? 0) - page - fraction) * px;
    return this.yOfBound(i) - (page - (bounds[i] ?? 0) + fraction) * px;
  }

  /** Inverse of {@link yOf}; px above and below the axis give its edges. */
  pointAt(y: number): Point {
    const { axis, camera } = this;
    const i = this.intervalAt(y);
    const px = this.pxPerPage(i);
    const { bounds } = axis.intervals;
    if (i === this.#anchor) return pointInside(axis, i, camera.page, camera.fraction - (y - camera.y) / px);
    if (i < this.#anchor) return pointInside(axis, i, bounds[i + 1] ?? 0, (this.yOfBound(i + 1) - y) / px);
    return pointInside(axis, i, bounds[i] ?? 0, (this.yOfBound(i) - y) / px);
  }

  /** The shown interval at a height; above and below the axis its last and first one. */
  intervalAt(y: number): number {
    const { prefix, first, end } = this.axis;
    if (y >= this.#top && y <= this.#bottom) return this.#anchor;
    const weight =
      y > this.#bottom ? (prefix[this.#anchor] ?? 0) - (y - this.#bottom) / this.#unit : (prefix[this.#anchor + 1] ?? 0) + (this.#top - y) / this.#unit;
    let i = intervalAtWeight(this.axis, weight);
    // A weight has no room for parts of a page where the whole is 2^52 of them: the edges know better.
    while (i > first && y > this.yOfBound(i)) i--;
    while (i < end - 1 && y < this.yOfBound(i + 1)) i++;
    return i;
  }
}
