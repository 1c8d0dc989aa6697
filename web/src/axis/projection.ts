import { type Axis, density, endPage, intervalAtWeight, type Point, pointInside, shownIntervalAt, startPage, totalWeight } from './axis.ts';
import type { Camera } from './camera.ts';

/** Positions of the bounds of intervals in the viewport, for level of detail and labels. */
export interface Ruler {
  readonly axis: Axis;
  /**
   * Px of bounds[index] from the top of the viewport, for index in [axis.first, axis.end]; decreases with the index.
   * May lie far outside the viewport.
   */
  yOfBound(index: number): number;
}

/**
 * Axis + camera: page <-> px. Exact page arithmetic inside the anchor's interval, whole-number weights outside: the
 * error stays far below a pixel in sight, even if the whole axis is 1e19 px high.
 */
export class Projection implements Ruler {
  readonly axis: Axis;
  readonly camera: Camera;
  /** Px of one unit of weight. */
  readonly #unit: number;
  /** The interval of the anchor, and its upper and lower edge in px. */
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

  /** Px of a place, clamped to the shown range. */
  yOf(page: number, fraction = 0): number {
    const { axis, camera } = this;
    if (page >= endPage(axis)) return this.yOfBound(axis.end);
    if (page < startPage(axis)) return this.yOfBound(axis.first);
    const i = shownIntervalAt(axis, page);
    const px = this.pxPerPage(i);
    if (i === this.#anchor) return camera.y + (camera.page - page + (camera.fraction - fraction)) * px;
    // Counted from the bound nearer to the anchor: the other one may be far away, and imprecise.
    const { bounds } = axis.intervals;
    if (i < this.#anchor) return this.yOfBound(i + 1) + ((bounds[i + 1] ?? 0) - page - fraction) * px;
    return this.yOfBound(i) - (page - (bounds[i] ?? 0) + fraction) * px;
  }

  /** Inverse of {@link yOf}, clamped to the axis. */
  pointAt(y: number): Point {
    const { axis, camera } = this;
    const i = this.intervalAt(y);
    const px = this.pxPerPage(i);
    const { bounds } = axis.intervals;
    if (i === this.#anchor) return pointInside(axis, i, camera.page, camera.fraction - (y - camera.y) / px);
    if (i < this.#anchor) return pointInside(axis, i, bounds[i + 1] ?? 0, (this.yOfBound(i + 1) - y) / px);
    return pointInside(axis, i, bounds[i] ?? 0, (this.yOfBound(i) - y) / px);
  }

  /** The shown interval at a height, clamped to the axis. */
  intervalAt(y: number): number {
    const { prefix, first, end } = this.axis;
    if (y >= this.#top && y <= this.#bottom) return this.#anchor;
    const weight =
      y > this.#bottom ? (prefix[this.#anchor] ?? 0) - (y - this.#bottom) / this.#unit : (prefix[this.#anchor + 1] ?? 0) + (this.#top - y) / this.#unit;
    let i = intervalAtWeight(this.axis, weight);
    // A weight cannot express parts of a page if the whole is 2^52 pages: check the edges, which are exact.
    while (i > first && y > this.yOfBound(i)) i--;
    while (i < end - 1 && y < this.yOfBound(i + 1)) i++;
    return i;
  }
}
