import { type Axis, density, endPage, type Point, shownIntervalAt, startPage, totalWeight, weightBetween } from './axis.ts';
import { type Camera, fit, isFit, type Spot } from './camera.ts';
import { Projection } from './projection.ts';
import { showsJust, visiblePages } from './visible-pages.ts';

/** The largest scale: one page of the interval fills the viewport. */
function closestScale(axis: Axis, interval: number, height: number): number {
  return Math.max(height, (height * totalWeight(axis)) / density(axis, interval));
}

/**
 * Zooms by a factor (> 1: in). The place at yPx stays there, unless that would bring the end of the axis into the
 * viewport.
 */
export function zoomAt(axis: Axis, camera: Camera, height: number, yPx: number, factor: number): Camera {
  const projection = new Projection(axis, camera);
  const closest = closestScale(axis, projection.intervalAt(yPx), height);
  // If the scale is already larger (a neighbour has larger pages), zooming in keeps it, and zooming out works as usual.
  const scale = factor > 1 ? Math.min(camera.scale * factor, Math.max(closest, camera.scale)) : camera.scale * factor;
  return contain(axis, { ...projection.pointAt(yPx), y: yPx, scale }, height);
}

/** Moves the picture down by px (up if negative). */
export function panBy(axis: Axis, camera: Camera, height: number, px: number): Camera {
  return clamp(axis, { ...camera, y: camera.y + px }, height);
}

/** A place, and the height where it should be. */
interface HeldPoint {
  readonly point: Point;
  readonly y: number;
}

/**
 * Puts two places at two heights, as for two fingers; only the first one if the scale is out of range. Their order must
 * not change.
 */
export function hold(axis: Axis, camera: Camera, height: number, a: HeldPoint, b: HeldPoint): Camera {
  const projection = new Projection(axis, camera);
  const apart = projection.yOf(b.point.page, b.point.fraction) - projection.yOf(a.point.page, a.point.fraction);
  const factor = (b.y - a.y) / apart;
  if (!(factor > 0 && Number.isFinite(factor))) return camera;
  const closest = closestScale(axis, shownIntervalAt(axis, a.point.page), height);
  const scale = Math.min(camera.scale * factor, Math.max(closest, camera.scale));
  return contain(axis, { ...a.point, y: a.y, scale }, height);
}

/** Fits pages [start, end) with `padding` px above and below; at least one page. */
export function fitRange(axis: Axis, start: number, end: number, height: number, padding = 0): Camera {
  const low = Math.max(startPage(axis), Math.min(start, endPage(axis) - 1));
  const high = Math.min(endPage(axis), Math.max(end, low + 1));
  const room = Math.max(1, height - 2 * padding);
  const scale = (room * totalWeight(axis)) / weightBetween(axis, low, high);
  return contain(axis, { page: high, fraction: 0, y: (height - room) / 2, scale }, height);
}

/** Fits one page, with padding. */
export function fitPage(axis: Axis, page: number, height: number, padding = 0): Camera {
  return fitRange(axis, page, page + 1, height, padding);
}

/**
 * Keeps a camera within bounds: not further out than the whole axis, not closer than one page, no empty space above or
 * below the axis, anchor inside the viewport. Idempotent.
 */
export function clamp(axis: Axis, camera: Camera, height: number): Camera {
  const contained = contain(axis, camera, height);
  const middle = anchorAt(axis, contained, height / 2);
  const closest = closestScale(axis, shownIntervalAt(axis, middle.page), height);
  return contained.scale <= closest * (1 + 1e-12) ? contained : contain(axis, { ...middle, scale: closest }, height);
}

/** The same view, anchored at another height. */
export function anchorAt(axis: Axis, camera: Camera, yPx: number): Camera {
  const projection = new Projection(axis, camera);
  const point = projection.pointAt(yPx);
  // Not yPx: above the end of the axis there is no place to anchor at.
  return { ...point, y: projection.yOf(point.page, point.fraction), scale: camera.scale };
}

/** The view of a camera as a spot; null if it shows everything. */
export function spotOf(axis: Axis, camera: Camera, height: number): Spot | null {
  if (isFit(camera, height)) return null;
  const projection = new Projection(axis, camera);
  return { ...projection.pointAt(height / 2), zoom: camera.scale / height, seen: visiblePages(projection, height) };
}

/** The camera for a spot, clamped to this axis. If it would show other pages than were seen there, it shows those. */
export function lookAt(axis: Axis, spot: Spot | null, height: number): Camera {
  if (spot === null) return fit(axis, height);
  const page = Math.min(endPage(axis), Math.max(startPage(axis), spot.page));
  const camera = clamp(axis, { page, fraction: page === spot.page ? spot.fraction : 0, y: height / 2, scale: spot.zoom * height }, height);
  const { seen } = spot;
  return seen === null || showsJust(new Projection(axis, camera), seen, height) ? camera : fitRange(axis, seen.startPage, seen.endPage, height);
}

/** Keeps the axis covering the whole viewport, and the anchor inside it. */
export function contain(axis: Axis, camera: Camera, height: number): Camera {
  if (isFit(camera, height)) return fit(axis, height);
  const projection = new Projection(axis, camera);
  const top = projection.yOfBound(axis.end);
  const bottom = projection.yOfBound(axis.first);
  const contained =
    top > 0
      ? { page: endPage(axis), fraction: 0, y: 0, scale: camera.scale }
      : bottom < height
        ? { page: startPage(axis), fraction: 0, y: height, scale: camera.scale }
        : camera;
  return contained.y >= 0 && contained.y <= height ? contained : anchorAt(axis, contained, height / 2);
}
