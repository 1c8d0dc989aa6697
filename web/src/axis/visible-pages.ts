import type { Projection } from './projection.ts';

/** Pages [startPage, endPage). */
export interface VisiblePages {
  readonly startPage: number;
  readonly endPage: number;
}

/** A smaller visible part of a page is a rounding error. */
export const ROUNDING_PX = 0.01;

/** The pages in a viewport of `height` px: from the lowest in sight to the highest. */
export function visiblePages(projection: Projection, height: number): VisiblePages {
  return { startPage: pagesAt(projection, height, height - ROUNDING_PX).first, endPage: pagesAt(projection, 0, ROUNDING_PX).end };
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

/** Of the edges of a viewport. */
const TOLERANCE_PX = 1;

/** True if these pages are in the viewport, the outermost at least in part, and no others. */
export function showsJust(projection: Projection, { startPage, endPage }: VisiblePages, height: number): boolean {
  const [top, bottom] = [TOLERANCE_PX, height - TOLERANCE_PX];
  const isTop = projection.yOf(endPage) <= top && projection.yOf(endPage - 1) >= -TOLERANCE_PX;
  return isTop && projection.yOf(startPage) >= bottom && projection.yOf(startPage + 1) <= height + TOLERANCE_PX;
}
