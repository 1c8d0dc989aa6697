import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { LARGE_GAP_PAGES, type Runs } from './runs.ts';

/**
 * Clusters: the places where a process lives (its program and heap; its libraries; its stack), parted by large gaps.
 * Ascending and disjoint; every run is in exactly one. The kernel half, where it is shown, is the last one.
 */
export interface Clusters {
  readonly length: number;
  /** Cluster c is the intervals [first[c], end[c]). */
  readonly first: Uint32Array;
  readonly end: Uint32Array;
  /** and the runs [firstRun[c], endRun[c]). */
  readonly firstRun: Uint32Array;
  readonly endRun: Uint32Array;
  /** Mappings (in the kernel half: regions) in it. */
  readonly mappings: Uint32Array;
  readonly mappedPages: Float64Array;
  readonly spanPages: Float64Array;
  /** 1 for the kernel half, which may hold no run at all. */
  readonly isKernel: Uint8Array;
}

/** More clusters than this are no overview: then only the largest gaps part them. */
const MOST_CLUSTERS = 24;

/** Parts the runs. `kernelFirst` is the first interval of the kernel half (intervals.length or more when it is not shown), `end` the end of what is shown. O(runs). */
export function findClusters(intervals: Intervals, runs: Runs, kernelFirst: number, end: number): Clusters {
  let userRuns = runs.length;
  while (userRuns > 0 && (runs.first[userRuns - 1] ?? 0) >= kernelFirst) userRuns--;
  const limit = gapLimit(intervals, runs, userRuns);
  const found: { first: number; end: number; firstRun: number; endRun: number }[] = [];
  for (let from = 0; from < userRuns;) {
    let to = from + 1;
    while (to < userRuns && gapBefore(intervals, runs, to) < limit) to++;
    found.push({ first: runs.first[from] ?? 0, end: runs.end[to - 1] ?? 0, firstRun: from, endRun: to });
    from = to;
  }
  if (kernelFirst < end) found.push({ first: kernelFirst, end, firstRun: userRuns, endRun: runs.length });
  const mappings = new Uint32Array(found.length);
  const mappedPages = new Float64Array(found.length);
  found.forEach((cluster, c) => {
    for (let r = cluster.firstRun; r < cluster.endRun; r++) {
      mappings[c] = (mappings[c] ?? 0) + (runs.mappings[r] ?? 0);
      mappedPages[c] = (mappedPages[c] ?? 0) + (runs.mappedPages[r] ?? 0);
    }
  });
  const { bounds } = intervals;
  return {
    length: found.length,
    first: Uint32Array.from(found, (cluster) => cluster.first),
    end: Uint32Array.from(found, (cluster) => cluster.end),
    firstRun: Uint32Array.from(found, (cluster) => cluster.firstRun),
    endRun: Uint32Array.from(found, (cluster) => cluster.endRun),
    mappings,
    mappedPages,
    spanPages: Float64Array.from(found, (cluster) => (bounds[cluster.end] ?? 0) - (bounds[cluster.first] ?? 0)),
    isKernel: Uint8Array.from(found, (cluster) => (cluster.first >= kernelFirst ? 1 : 0)),
  };
}

/** Pages between run r and the one below it; Infinity when something other than a gap lies there. */
function gapBefore(intervals: Intervals, runs: Runs, r: number): number {
  const from = runs.end[r - 1] ?? 0;
  const to = runs.first[r] ?? 0;
  for (let i = from; i < to; i++) if (intervals.kind[i] !== Kind.gap) return Infinity;
  return (intervals.bounds[to] ?? 0) - (intervals.bounds[from] ?? 0);
}

/** 1 GiB, or the least power of two above it that leaves no more than MOST_CLUSTERS. */
function gapLimit(intervals: Intervals, runs: Runs, userRuns: number): number {
  const gapsByLog = new Uint32Array(64);
  for (let r = 1; r < userRuns; r++) {
    const gap = gapBefore(intervals, runs, r);
    if (gap >= LARGE_GAP_PAGES && gap < Infinity) {
      const log = Math.floor(Math.log2(gap));
      gapsByLog[log] = (gapsByLog[log] ?? 0) + 1;
    }
  }
  let cuts = gapsByLog.reduce((sum, count) => sum + count, 0);
  let log = Math.log2(LARGE_GAP_PAGES);
  while (cuts >= MOST_CLUSTERS && log < 52) cuts -= gapsByLog[log++] ?? 0;
  return 2 ** log;
}

/** Index of the cluster that holds `interval`, or -1 when it lies between clusters. */
export function clusterAt(clusters: Clusters, interval: number): number {
  for (let c = 0; c < clusters.length; c++) {
    if ((clusters.first[c] ?? 0) <= interval && interval < (clusters.end[c] ?? 0)) return c;
  }
  return -1;
}
