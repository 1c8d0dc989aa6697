import { type Axis, endPage, startPage, totalWeight, weightBetween } from './axis.ts';
import { rebase } from './blend.ts';
import { type Camera, fit, isFit } from './camera.ts';
import { clamp, fitRange } from './camera-moves.ts';
import { Projection } from './projection.ts';

/** Half open, in pages. */
interface Range {
  readonly startPage: number;
  readonly endPage: number;
}

/**
 * The camera for the same map on another scale. It shows the same pages, or as many of them as leave one thing at least
 * `leastPx` high near its old height: the selection if it is in sight, else the interval in the middle, which need not
 * get higher than before. Without a selection in sight, a camera at fit stays at fit.
 *
 * For new data on the same scale use {@link rebase}: there, heights hardly change. Between scales they change by up to
 * a factor of 2^40, and only one place can keep its height.
 */
export function rescale(camera: Camera, oldAxis: Axis, newAxis: Axis, height: number, leastPx: number, selected: Range | null): Camera {
  const old = new Projection(oldAxis, camera);
  const [low, high] = pagesInSight(old, height);
  const { bounds } = oldAxis.intervals;
  const middle = old.intervalAt(height / 2);
  const isInSight = selected !== null && selected.startPage < high && selected.endPage > low;
  if (!isInSight && isFit(camera, height)) return fit(newAxis, height);
  // Inside a single interval both scales look the same: pages stay in place, even parts of a page.
  if ((bounds[middle] ?? 0) <= low && (bounds[middle + 1] ?? 0) >= high) return rebase(camera, oldAxis, newAxis, height, height / 2);

  const thing = isInSight ? selected : { startPage: bounds[middle] ?? 0, endPage: bounds[middle + 1] ?? 0 };
  const start = Math.max(low, thing.startPage);
  const end = Math.min(high, thing.endPage);
  const [top, bottom] = [Math.max(0, old.yOf(end)), Math.min(height, old.yOf(start))];
  const least = isInSight ? leastPx : Math.min(leastPx, bottom - top);
  const same = fitRange(newAxis, low, high, height);
  const px = (weightBetween(newAxis, start, end) * same.scale) / totalWeight(newAxis);
  if (px >= least) return same;
  const y = Math.min(height, Math.max(least, (top + bottom + least) / 2));
  const closer = clamp(newAxis, { page: start, fraction: 0, y, scale: (same.scale * least) / px }, height);
  const projection = new Projection(newAxis, closer);
  // Its surroundings may limit how close the view can get.
  const seen = Math.min(height, projection.yOf(start)) - Math.max(0, projection.yOf(end));
  return seen >= least * 0.999 ? closer : fitRange(newAxis, start, end, height);
}

/** The pages that are at least partly in sight: the lowest, and one past the highest. */
function pagesInSight(projection: Projection, height: number): readonly [low: number, high: number] {
  const { axis } = projection;
  const top = projection.pointAt(0);
  const high = Math.min(endPage(axis), top.page + (top.fraction > 0 ? 1 : 0));
  return [Math.max(startPage(axis), Math.min(high - 1, projection.pointAt(height).page)), high];
}
