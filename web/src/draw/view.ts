import type { Point } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Projection } from '../axis/projection.ts';
import { ROUNDING_PX, visiblePages } from '../axis/visible-pages.ts';
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
  const { startPage, endPage } = visiblePages(projection, height);
  return {
    firstPage: startPage,
    lastPage: endPage,
    pixelsPerPage: projection.pxPerPage(projection.intervalAt(height / 2)) / dpr,
    atFit,
    camera,
  };
}
