import { type Axis, density, endPage, type Point, shownIntervalAt, startPage, totalWeight } from './axis.ts';
import type { Camera } from './camera.ts';
import { Projection } from './projection.ts';

/** Px of a place from the top of the viewport. */
export function yOf(axis: Axis, camera: Camera, page: number, fraction = 0): number {
  return new Projection(axis, camera).yOf(page, fraction);
}

/** The place at a height in the viewport. */
export function pageAt(axis: Axis, camera: Camera, yPx: number): Point {
  return new Projection(axis, camera).pointAt(yPx);
}

/** Inverse of pageAtY: the height of a place in [0, 1], 0 at the highest address. Places outside the shown range give 0 or 1. */
export function yOfPage(axis: Axis, page: number, fraction = 0): number {
  if (page >= endPage(axis)) return 0;
  if (page < startPage(axis)) return 1;
  const i = shownIntervalAt(axis, page);
  const above = (axis.intervals.bounds[i + 1] ?? 0) - page - fraction;
  return (totalWeight(axis) - (axis.prefix[i + 1] ?? 0) + above * density(axis, i)) / totalWeight(axis);
}
