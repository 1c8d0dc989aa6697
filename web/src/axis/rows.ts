import { bisectRight } from 'd3-array';
import type { Masks } from './masks.ts';
import type { Ruler } from './projection.ts';

/**
 * Level of detail: the content of the viewport as at most one row per device pixel of height. A row is one interval of
 * about a pixel or more, or all those that end within one pixel. Rows tile the viewport from the top down, and every
 * interval in sight is in exactly one row. Created once and refilled for each frame without allocation.
 */
export class Rows {
  length = 0;
  /** Device px, [y0, y1), y1 > y0, within [0, height]. */
  y0 = new Int32Array(0);
  y1 = new Int32Array(0);
  /** The intervals [first, end); `first` has the lowest address, so it is at the bottom. */
  first = new Int32Array(0);
  end = new Int32Array(0);
  /** OR of their masks: see masks.ts. */
  mask = new Uint32Array(0);
  /** OR of all rows' masks. */
  anyMask = 0;

  /** Fills from a ruler in device px. The time depends on the height, hardly on the number of intervals. */
  fill(ruler: Ruler, masks: Masks, height: number): void {
    this.#reserve(height);
    const { axis } = ruler;
    let i = topInterval(ruler);
    let y = Math.max(0, Math.round(ruler.yOfBound(i + 1)));
    while (i >= axis.first && y < height) {
      const bottom = Math.round(Math.min(ruler.yOfBound(i), height));
      const low = bottom > y ? i : lastEndingBy(ruler, i, y + 1);
      const y1 = bottom > y ? bottom : y + 1;
      this.#emit(y, y1, low, i + 1, masks.of(low, i + 1));
      i = low - 1;
      y = y1;
    }
  }

  #emit(y0: number, y1: number, first: number, end: number, mask: number): void {
    const row = this.length++;
    this.y0[row] = y0;
    this.y1[row] = y1;
    this.first[row] = first;
    this.end[row] = end;
    this.mask[row] = mask;
    this.anyMask |= mask;
  }

  #reserve(height: number): void {
    this.length = 0;
    this.anyMask = 0;
    if (this.y0.length >= height) return;
    this.y0 = new Int32Array(height);
    this.y1 = new Int32Array(height);
    this.first = new Int32Array(height);
    this.end = new Int32Array(height);
    this.mask = new Uint32Array(height);
  }

  /** Index of the row that holds a device px, or -1. */
  at(y: number): number {
    const row = bisectRight(this.y1, y, 0, this.length);
    return row < this.length && (this.y0[row] ?? 0) <= y ? row : -1;
  }
}

/**
 * The uppermost interval that reaches below the top of the viewport. Hand-written: d3-array bisects arrays, but heights
 * are computed.
 */
function topInterval(ruler: Ruler): number {
  let low = ruler.axis.first;
  let high = ruler.axis.end - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (ruler.yOfBound(middle) > 0) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** From interval i down, the last one that ends at or above y px: a galloping search, since it is usually near. */
function lastEndingBy(ruler: Ruler, i: number, y: number): number {
  const least = ruler.axis.first;
  let good = i;
  let step = 1;
  while (good - step >= least && ruler.yOfBound(good - step) <= y) {
    good -= step;
    step *= 2;
  }
  let bad = Math.max(least - 1, good - step);
  while (good - bad > 1) {
    const middle = (good + bad) >> 1;
    if (ruler.yOfBound(middle) <= y) good = middle;
    else bad = middle;
  }
  return good;
}
