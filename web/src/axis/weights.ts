import type { Intervals } from '@procmap/shared/intervals.ts';
import { closeKernel } from './closed-kernel.ts';
import type { Clusters } from './clusters.ts';
import type { Runs } from './runs.ts';
import { GAP_SHARE, logOf, shareCluster, SLIVER } from './shares.ts';
import type { Shelves } from './shelves.ts';

/** Minimum share of the whole for top-level items: 12 px of 800, enough for a label. */
const MIN_PART = 0.016;
/**
 * Maximum share of an open kernel half beside the user half. It is much the same in all processes; its regions have
 * names to read, its many gaps have none.
 */
const MAX_KERNEL = 0.75;
const MAX_CLOSED = 1 / 3;
const MIN_REGION = 1.35;
const MIN_KERNEL_GAP = 0.35;

/** What heights are made of. */
interface Weighing {
  readonly clusters: Clusters;
  readonly runs: Runs;
  readonly shelves: Shelves;
  /** Pages of each interval in memory, which heights follow; null: they follow address space. */
  readonly resident: Float64Array | null;
  /** Only mapped memory has a size; everything else is a sliver, just high enough for its label at the top level. */
  readonly isFolded: boolean;
  /** The kernel half takes the room it needs; otherwise at most a quarter of the whole (closed-kernel.ts). */
  readonly isKernelOpen: boolean;
}

/**
 * Writes the height of interval i (any unit, > 0) to weights[i + 1], for [first, end): clusters share the whole, by the
 * logarithm of their size and of their number of members; mappings share their cluster (shares.ts). O(end - first).
 */
export function weighByMeaning(intervals: Intervals, first: number, end: number, weights: Float64Array, weighing: Weighing): void {
  const { clusters, isFolded, isKernelOpen } = weighing;
  const heights = Float64Array.from({ length: clusters.length }, (_, c) => clusterHeight(intervals, weighing, c));
  const gapWeight = isFolded ? () => SLIVER : (i: number) => GAP_SHARE * logOf((intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0));
  const isKernel = (i: number): boolean => (intervals.bounds[i] ?? 0) >= intervals.layout.kernelStart;
  const halves = { user: 0, kernel: 0 };
  heights.forEach((height, c) => (halves[clusters.isKernel[c] === 1 ? 'kernel' : 'user'] += height));
  betweenClusters(clusters, first, end, (i) => {
    halves[isKernel(i) ? 'kernel' : 'user'] += weights[i + 1] = gapWeight(i);
  });
  const isClosed = !isKernelOpen && halves.user > 0;
  const kernelShare = halves.user === 0 ? 1 : Math.min(1, ((isClosed ? MAX_CLOSED : MAX_KERNEL) * halves.user) / halves.kernel);
  const least = MIN_PART * (halves.user + kernelShare * halves.kernel);
  let user = 0;
  let kernelGaps = 0;
  betweenClusters(clusters, first, end, (i) => {
    const weight = weights[i + 1] ?? 0;
    if (isKernel(i)) {
      kernelGaps++;
      weights[i + 1] = Math.max(MIN_KERNEL_GAP * least, kernelShare * weight);
    } else user += weights[i + 1] = Math.max(least, weight);
  });
  heights.forEach((height, c) => {
    if (clusters.isKernel[c] === 1) heights[c] = Math.max(MIN_REGION * least, kernelShare * height);
    else user += heights[c] = Math.max(least, height);
  });
  if (isClosed) {
    const { regions, gap } = closeKernel(
      heights.filter((_, c) => clusters.isKernel[c] === 1),
      kernelGaps,
      user,
    );
    // The clusters of the kernel half come last.
    heights.set(regions, heights.length - regions.length);
    betweenClusters(clusters, first, end, (i) => {
      if (isKernel(i)) weights[i + 1] = gap;
    });
  }
  const place = { ...weighing, intervals };
  heights.forEach((height, c) => shareCluster(place, c, height, weights));
}

/**
 * The size of a cluster is the mean of the logs of mapped pages and span: V8's few megabytes in 128 TB are neither.
 * Mappings increase it, and runs twice as much, since runs can have labels.
 */
function clusterHeight(intervals: Intervals, { clusters, resident, isFolded }: Weighing, c: number): number {
  const isByMemory = resident !== null && clusters.isKernel[c] !== 1;
  const mapped = logOf(isByMemory ? sumOf(intervals, resident, clusters.first[c] ?? 0, clusters.end[c] ?? 0) : (clusters.mappedPages[c] ?? 0));
  const size = isFolded || isByMemory ? mapped : (logOf(clusters.spanPages[c] ?? 0) + mapped) / 2;
  // A kernel half without known content maps nothing either.
  if ((isFolded && clusters.isEmpty[c] === 1) || size === 0) return SLIVER;
  if (clusters.isEmpty[c] === 1) return GAP_SHARE * size;
  const runs = (clusters.endRun[c] ?? 0) - (clusters.firstRun[c] ?? 0);
  return size * (1 + Math.log2(1 + (clusters.mappings[c] ?? 0)) / 6 + Math.log2(1 + runs) / 3);
}

/** Intervals outside all clusters: large gaps, the hole, the NULL page. */
function betweenClusters(clusters: Clusters, first: number, end: number, visit: (interval: number) => void): void {
  let at = first;
  for (let c = 0; c < clusters.length; c++) {
    for (const to = clusters.first[c] ?? 0; at < to; at++) visit(at);
    at = clusters.end[c] ?? 0;
  }
  for (; at < end; at++) visit(at);
}

/** The linear scale: every page weighs the same. */
export function weighByPages(intervals: Intervals, first: number, end: number, weights: Float64Array): void {
  for (let i = first; i < end; i++) weights[i + 1] = (intervals.bounds[i + 1] ?? 0) - (intervals.bounds[i] ?? 0);
}

function sumOf({ row }: Intervals, resident: Float64Array, first: number, end: number): number {
  let sum = 0;
  for (let i = first; i < end; i++) if ((row[i] ?? -1) >= 0) sum += resident[i] ?? 0;
  return sum;
}
