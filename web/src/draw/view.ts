import type { Point } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Projection } from '../axis/projection.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Stage } from './stage.ts';

/** The place at a height, with its interval. */
export interface Hit extends Point {
  /** Index in the intervals. */
  readonly interval: number;
  /** For a name in a list: all intervals that it stands for; null if the pointer is over the interval itself. */
  readonly listed: PageRange | null;
}

/** The part of the map in sight. */
export interface View {
  /** Lowest page in sight, and one past the highest. */
  readonly firstPage: number;
  readonly lastPage: number;
  /** CSS px of a page in the middle of the viewport. */
  readonly pixelsPerPage: number;
  readonly atFit: boolean;
  readonly camera: Camera;
}

/** In device px: a smaller visible part of a page is a rounding error. */
const ROUNDING_PX = 0.01;

/** The hit at y, in device px of the plot; clamped to its edges. */
export function hitAt(projection: Projection, y: number, height: number): Hit {
  const inside = Math.min(height - ROUNDING_PX, Math.max(ROUNDING_PX, y));
  const point = projection.pointAt(inside);
  const interval = projection.intervalAt(inside);
  const last = (projection.axis.intervals.bounds[interval + 1] ?? 0) - 1;
  return point.page > last ? { interval, page: last, fraction: 1 - 2 ** -52, listed: null } : { interval, ...point, listed: null };
}

/** The view of a stage in a plot of `height` device px. */
export function viewOf({ projection, camera, atFit }: Pick<Stage, 'projection' | 'camera' | 'atFit'>, height: number, dpr: number): View {
  if (projection === null) return { firstPage: 0, lastPage: 0, pixelsPerPage: 0, atFit, camera };
  return {
    firstPage: pagesAt(projection, height, height - ROUNDING_PX).first,
    lastPage: pagesAt(projection, 0, ROUNDING_PX).end,
    pixelsPerPage: projection.pxPerPage(projection.intervalAt(height / 2)) / dpr,
    atFit,
    camera,
  };
}

/**
 * The page at a height; near a boundary, the page on the side of `inside`. Where several pages share a pixel, each
 * counts.
 */
function pagesAt(projection: Projection, y: number, inside: number): { readonly first: number; readonly end: number } {
  const [interval, next] = [projection.intervalAt(y), projection.intervalAt(inside)];
  const { page, fraction } = projection.pointAt(y);
  const px = projection.pxPerPage(next);
  if (fraction === 0) return bound(page);
  if (px > 1 && next !== interval) return bound(projection.axis.intervals.bounds[Math.max(next, interval)] ?? 0);
  if (px > 1 && (inside > y ? fraction : 1 - fraction) * px < ROUNDING_PX) return bound(inside > y ? page : page + 1);
  return { first: page, end: page + 1 };
}

function bound(page: number): { readonly first: number; readonly end: number } {
  return { first: page, end: page };
}
