import { type Axis, type Point, startPage } from './axis.ts';
import type { VisiblePages } from './visible-pages.ts';

/**
 * The viewpoint: an immutable value. The place (page, fraction) is `y` px below the top of the viewport, and the whole
 * axis is `scale` px high. The anchor stays in or near the viewport, so that everything in sight is measured from
 * nearby, exactly.
 *
 *      yOf(endPage)  ─┐  ≤ 0
 *                     │              viewport
 *             0 ······│··············┌──────────┐
 *             y ──────│── anchor ────│          │
 *        height ······│··············└──────────┘
 *                     │
 *     yOf(startPage) ─┘  ≥ height             scale = yOf(startPage) - yOf(endPage)
 */
export interface Camera {
  readonly page: number;
  /** [0, 1) of the page, upwards from its first byte. */
  readonly fraction: number;
  /** Px from the viewport's top. */
  readonly y: number;
  /** Px of the whole axis; at least the viewport's height. */
  readonly scale: number;
}

/**
 * A view independent of the viewport's height: the place in its middle, and the height of the whole axis in viewport
 * heights.
 */
export interface Spot extends Point {
  /** At least 1; 1 shows everything. */
  readonly zoom: number;
  /** The pages in sight; null: not known. They say what a person saw also where heights are others than then. */
  readonly seen: VisiblePages | null;
}

/** The whole axis in the viewport. */
export function fit(axis: Axis, height: number): Camera {
  return { page: startPage(axis), fraction: 0, y: height, scale: height };
}

/** True when the whole axis is in the viewport. */
export function isFit(camera: Camera, height: number): boolean {
  return camera.scale <= height * (1 + 1e-12);
}
