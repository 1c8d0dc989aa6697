import { type Intervals, isFilled } from '@procmap/shared/intervals.ts';
import type { Clusters } from './clusters.ts';
import type { Runs } from './runs.ts';
import type { Shelves } from './shelves.ts';

/** Weight of an empty stretch relative to a mapping of its size: visible, but not dominant. */
export const GAP_SHARE = 0.3;
/** Between runs, where its size has a label if there is room. */
const FREE_GAP_SHARE = 4 * GAP_SHARE;
/** Weight of a folded gap, whatever its size, and of a mapping with nothing in memory: less than any other. */
export const SLIVER = 0.3;
/** See the law below. Half of a crowd count: the few mappings of a program are hardly one. */
const MOST_CROWDED = 10;
/** Libraries are many, but have names to read. */
const MOST_SHELVED = 5;
const CROWD = 0.5;

/** Heights are relative to other mappings of the same cluster. */
interface Place {
  readonly intervals: Intervals;
  readonly clusters: Clusters;
  readonly runs: Runs;
  readonly shelves: Shelves;
  /** Pages of each mapping in memory, >= 0, which then count instead of all its pages; null: all count. */
  readonly resident: Float64Array | null;
  /** Every gap is a sliver. */
  readonly isFolded: boolean;
}

/**
 * Distributes `height` among the intervals of cluster c: writes that of interval i to weights[i + 1].
 *
 * The law: in a cluster, no mapping is lower than one of a tenth of its pages. Heights grow with pages, and in a crowd
 * (the n mappings of one run or shelf) a mapping counts as if its pages were divided by n / 2, at least by 1 and at most
 * by 10, on a shelf by 5: so hundreds of library mappings leave room to others, but only to larger ones.
 */
export function shareCluster(place: Place, c: number, height: number, weights: Float64Array): void {
  const { intervals, clusters, runs, shelves, resident, isFolded } = place;
  const { bounds, row } = intervals;
  const [first, end] = [clusters.first[c] ?? 0, clusters.end[c] ?? 0];
  const endRun = clusters.endRun[c] ?? 0;
  let r = clusters.firstRun[c] ?? 0;
  let s = shelfFrom(shelves, first);
  let sum = 0;
  for (let i = first; i < end;) {
    // A stretch inside of a shelf, of a run, or of neither.
    while (r < endRun && (runs.end[r] ?? 0) <= i) r++;
    while (s < shelves.length && (shelves.end[s] ?? 0) <= i) s++;
    const [shelf, run] = [shelves.first[s] ?? Infinity, r < endRun ? (runs.first[r] ?? 0) : Infinity];
    const crowd = shelf <= i ? (shelves.mappings[s] ?? 0) : run <= i ? (runs.mappings[r] ?? 0) : 0;
    const to = Math.min(end, shelf <= i ? (shelves.end[s] ?? 0) : run <= i ? (runs.end[r] ?? 0) : Math.min(shelf, run));
    const divisor = Math.max(1, Math.min(shelf <= i ? MOST_SHELVED : MOST_CROWDED, CROWD * crowd));
    const gapShare = crowd > 0 ? GAP_SHARE : FREE_GAP_SHARE;
    for (; i < to; i++) {
      const span = (bounds[i + 1] ?? 0) - (bounds[i] ?? 0);
      const isMapping = (row[i] ?? -1) >= 0;
      const pages = resident !== null && isMapping ? (resident[i] ?? 0) : span;
      let weight = SLIVER;
      if (!isMapping && !isFilled(intervals, i)) {
        // V8 scatters its mappings over 128 TB: its gaps must not hide them.
        if (!isFolded) weight = gapShare * logOf(span);
      } else if (pages > 0) weight = heightOf(pages / divisor);
      sum += weights[i + 1] = weight;
    }
  }
  const unit = height / sum;
  for (let i = first; i < end; i++) weights[i + 1] = (weights[i + 1] ?? 0) * unit;
}

/** The first shelf that does not end before `interval`. */
function shelfFrom({ length, end }: Shelves, interval: number): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((end[middle] ?? 0) <= interval) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function logOf(pages: number): number {
  return Math.log2(1 + pages);
}

/**
 * The square of the logarithm: it tells orders of magnitude apart (4 KB 4, 400 KB 59, 40 MB 205, 4 GB 442), where the
 * logarithm alone gives 200 small mappings all the room beside a large one.
 */
function heightOf(pages: number): number {
  const root = 1 + logOf(pages);
  return root * root;
}
