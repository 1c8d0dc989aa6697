import type { Point } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { Projection } from '../axis/projection.ts';
import type { PageRange } from './marks.ts';
import type { Stage } from './stage.ts';

/** What is at a height. */
export interface Hit extends Point {
  /** Index in the intervals. */
  readonly interval: number;
  /** Of a name in a list: all that it stands for; null where the pointer is over the thing itself. */
  readonly listed: PageRange | null;
}

/** What is in sight. */
export interface View {
  /** Lowest page in sight, and one past the highest. */
  readonly firstPage: number;
  readonly lastPage: number;
  /** CSS px of a page in the middle of the viewport. */
  readonly pixelsPerPage: number;
  readonly atFit: boolean;
  readonly camera: Camera;
}

/** The hit at y, in device px of the plot; heights outside of it give what is at its edge. */
export function hitAt(projection: Projection, y: number, height: number): Hit {
  const inside = Math.min(height - 0.01, Math.max(0.01, y));
  const point = projection.pointAt(inside);
  const interval = projection.intervalAt(inside);
  const last = (projection.axis.intervals.bounds[interval + 1] ?? 0) - 1;
  return point.page > last ? { interval, page: last, fraction: 1 - 2 ** -52, listed: null } : { interval, ...point, listed: null };
}

/** The view of a stage in a plot of so many device px. */
export function viewOf({ projection, camera, atFit }: Stage, height: number, dpr: number): View {
  if (projection === null) return { firstPage: 0, lastPage: 0, pixelsPerPage: 0, atFit, camera };
  const top = projection.pointAt(0);
  return {
    firstPage: projection.pointAt(height).page,
    lastPage: top.page + (top.fraction > 0 ? 1 : 0),
    pixelsPerPage: projection.pxPerPage(projection.intervalAt(height / 2)) / dpr,
    atFit,
    camera,
  };
}
