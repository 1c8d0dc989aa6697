import type { Intervals } from '@procmap/shared/intervals.ts';
import { lastAtMost } from './bisect.ts';

/**
 * The one-dimensional map between addresses and height: piecewise linear, one piece for each interval.
 *
 *     y = 0  ┌──────────────┐  page endPage (highest address, exclusive)     weight = total
 *            │ end - 1      │
 *            ├──────────────┤
 *            │ ...          │      y = 1 - weight / total
 *            ├──────────────┤
 *            │ first        │
 *     y = 1  └──────────────┘  page startPage (lowest address)               weight = 0
 *
 * Weights are whole numbers whose total is below 2^53: every sum and every difference of them is exact, so that
 * the pieces tile without a seam at any zoom, which no sum of fractions would.
 */
export interface Axis {
  readonly intervals: Intervals;
  /** The intervals shown are [first, end); the others are folded and weigh nothing. */
  readonly first: number;
  readonly end: number;
  /** intervals.length + 1 sums: interval i weighs prefix[i + 1] - prefix[i], at least 1 if it is shown. */
  readonly prefix: Float64Array;
}

/** A place in the address space, exact at any zoom: a page and a fraction of it, counted from its start, in [0, 1). */
export interface Point {
  readonly page: number;
  readonly fraction: number;
}

export function totalWeight(axis: Axis): number {
  return axis.prefix[axis.end] ?? 0;
}

export function weightOf(axis: Axis, interval: number): number {
  return (axis.prefix[interval + 1] ?? 0) - (axis.prefix[interval] ?? 0);
}

function pageCount(axis: Axis, interval: number): number {
  return (axis.intervals.bounds[interval + 1] ?? 0) - (axis.intervals.bounds[interval] ?? 0);
}

/** Weight of one page inside an interval. */
export function density(axis: Axis, interval: number): number {
  return weightOf(axis, interval) / pageCount(axis, interval);
}

/** First page shown. */
export function startPage(axis: Axis): number {
  return axis.intervals.bounds[axis.first] ?? 0;
}

/** One past the last page shown. */
export function endPage(axis: Axis): number {
  return axis.intervals.bounds[axis.end] ?? 0;
}

/** Index of the shown interval that holds `page`; the first or last one for pages outside the shown range. */
export function shownIntervalAt(axis: Axis, page: number): number {
  return lastAtMost(axis.intervals.bounds, axis.first, axis.end - 1, page);
}

/** Index of the shown interval at a weight, counted from the lowest address up. */
export function intervalAtWeight(axis: Axis, weight: number): number {
  return lastAtMost(axis.prefix, axis.first, axis.end - 1, weight);
}

/** Weight of pages [start, end), to the precision of a double. Bounds outside the shown range are clamped. */
export function weightBetween(axis: Axis, start: number, end: number): number {
  const low = Math.max(startPage(axis), start);
  const high = Math.min(endPage(axis), end);
  if (high <= low) return 0;
  const i = shownIntervalAt(axis, low);
  const j = shownIntervalAt(axis, high);
  if (i === j) return (high - low) * density(axis, i);
  const { bounds } = axis.intervals;
  const head = ((bounds[i + 1] ?? 0) - low) * density(axis, i);
  const body = (axis.prefix[j] ?? 0) - (axis.prefix[i + 1] ?? 0);
  return head + body + (high - (bounds[j] ?? 0)) * density(axis, j);
}

/** The place at a height in [0, 1], 0 at the highest address. Heights outside are clamped; 0 gives the exclusive end. */
export function pageAtY(axis: Axis, y: number): Point {
  if (y <= 0) return { page: endPage(axis), fraction: 0 };
  if (y >= 1) return { page: startPage(axis), fraction: 0 };
  const weight = (1 - y) * totalWeight(axis);
  const i = intervalAtWeight(axis, weight);
  return pointInside(axis, i, axis.intervals.bounds[i] ?? 0, (weight - (axis.prefix[i] ?? 0)) / density(axis, i));
}

/** The place `pages` (any real number) above `page`, kept inside interval i. */
export function pointInside(axis: Axis, i: number, page: number, pages: number): Point {
  const whole = Math.floor(pages);
  const at = page + whole;
  if (at < (axis.intervals.bounds[i] ?? 0)) return { page: axis.intervals.bounds[i] ?? 0, fraction: 0 };
  if (at >= (axis.intervals.bounds[i + 1] ?? 0)) return { page: axis.intervals.bounds[i + 1] ?? 0, fraction: 0 };
  return { page: at, fraction: pages - whole };
}
