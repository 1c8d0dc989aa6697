/**
 * Last index in [low, high] whose value is at most `value`, else `low`. Hand-written: a frame calls it a thousand
 * times, and with bisectRight of d3-array, which calls a comparator, the rows and addresses of 85,000 mappings take
 * 0.19 ms instead of 0.13.
 */
export function lastAtMost(sorted: Float64Array | Uint32Array, low: number, high: number, value: number): number {
  let from = low;
  let to = high;
  while (from < to) {
    const middle = (from + to + 1) >>> 1;
    if ((sorted[middle] ?? 0) <= value) from = middle;
    else to = middle - 1;
  }
  return from;
}
