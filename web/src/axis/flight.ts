import type { Axis } from './axis.ts';
import type { Camera } from './camera.ts';
import { anchorAt, contain } from './camera-moves.ts';
import { Projection } from './projection.ts';

/**
 * A path from one view to another on the same axis. If some place has the same height in both (any plain zoom), zoom
 * about it; otherwise fly: out, across and in along van Wijk and Nuij's optimal path, like interpolateZoom of
 * d3-interpolate. Both are computed relative to the anchor of the deeper or nearer end: in plain coordinates, as in D3,
 * a flight to one page of 2^52 misses it by up to 800 px of 1000, here by 1e-8. Where the shortest path would cross an
 * edge of the space, the flight follows the edge, so that an interruption does not move the view.
 */
export interface Flight {
  /** Length of the path, in perceptual units: 1 is a zoom by e^√2. */
  readonly length: number;
  /** The view at t in [0, 1]; exactly `from` at 0 and `to` at 1. */
  at(t: number): Camera;
}

export function fly(axis: Axis, from: Camera, to: Camera, height: number): Flight {
  const way = zoomInPlace(axis, from, to, height) ?? flyOver(axis, from, to, height);
  return { length: way.length, at: (t) => (t <= 0 ? from : t >= 1 ? to : contain(axis, way.at(t), height)) };
}

/** A zoom about the place with the same height in both views, if that height is in or near the viewport. */
function zoomInPlace(axis: Axis, from: Camera, to: Camera, height: number): Flight | null {
  const logRatio = Math.log(to.scale / from.scale);
  const deeper = to.scale >= from.scale ? to : from;
  const other = deeper === to ? from : to;
  const yOther = new Projection(axis, other).yOf(deeper.page, deeper.fraction);
  const ratio = other.scale / deeper.scale;
  const still = Math.abs(logRatio) < 1e-9 ? (Math.abs(yOther - deeper.y) < 1e-6 ? yOther : NaN) : (yOther - ratio * deeper.y) / (1 - ratio);
  if (!(still >= -height / 2 && still <= height * 1.5)) return null;
  return {
    length: Math.abs(logRatio) / Math.SQRT2,
    at(t) {
      const scale = from.scale * Math.exp(logRatio * t);
      return { page: deeper.page, fraction: deeper.fraction, y: still + (deeper.y - still) * (scale / deeper.scale), scale };
    },
  };
}

/**
 * Widths and distances below are shares of the whole axis. The path is symmetric; each half is counted from its own
 * end.
 */
function flyOver(axis: Axis, from: Camera, to: Camera, height: number): Flight {
  const start = anchorAt(axis, from, height / 2);
  const goal = anchorAt(axis, to, height / 2);
  const distance = (new Projection(axis, start).yOf(goal.page, goal.fraction) - start.y) / start.scale;
  const ahead = halfPath(height / start.scale, height / goal.scale, Math.abs(distance));
  const back = halfPath(height / goal.scale, height / start.scale, Math.abs(distance));
  const sign = Math.sign(distance);
  return {
    length: ahead.length,
    at(t) {
      const [end, path, s, direction] = t < 0.5 ? [start, ahead, t, sign] : [goal, back, 1 - t, -sign];
      const { moved, width } = path.at(s);
      return { page: end.page, fraction: end.fraction, y: end.y - direction * moved * height, scale: height / width };
    },
  };
}

/**
 * van Wijk and Nuij, "Smooth and efficient zooming and panning" (2003), with ρ² = 2, in one dimension: from width w0 to
 * w1 over this distance. `moved` is in units of the current width; written with sinh(s - r0) it loses no digits even if
 * the widths differ by 1e17.
 */
function halfPath(w0: number, w1: number, distance: number): { length: number; at(t: number): { moved: number; width: number } } {
  const rho = Math.SQRT2;
  const d4 = 4 * distance * distance;
  const r0 = -Math.asinh((w1 * w1 - w0 * w0 + d4) / (4 * w0 * distance));
  const r1 = -Math.asinh((w1 * w1 - w0 * w0 - d4) / (4 * w1 * distance));
  const length = (r1 - r0) / rho;
  return {
    length,
    at(t) {
      const s = rho * t * length + r0;
      return { moved: Math.sinh(s - r0) / (2 * Math.cosh(r0)), width: (w0 * Math.cosh(r0)) / Math.cosh(s) };
    },
  };
}
