import type { Intervals } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { sum } from 'd3-array';
import { LARGE_GAP_PAGES, type Runs } from './runs.ts';

/**
 * Clusters: the areas that a process uses (program and heap; libraries; stack), separated by large gaps. In the kernel
 * half, if shown, each outermost region is one. Ascending and disjoint; every run is in exactly one.
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
  /** 1 for a cluster of the kernel half, which may have no run at all. */
  readonly isKernel: Uint8Array;
  /** Its region there: an index in half.regions; or -1 for a half without known regions. */
  readonly region: Int32Array;
  /** 1 for a kernel region in which nothing is mapped, according to the page tables. */
  readonly isEmpty: Uint8Array;
}

/** With more clusters there is no overview: then only the largest gaps separate them. */
const MAX_CLUSTERS = 24;

/**
 * Groups the runs. `kernelFirst` is the first interval of the kernel half (at least intervals.length if it is not
 * shown), `end` the end of the shown range. O(runs).
 */
export function findClusters(intervals: Intervals, runs: Runs, kernelFirst: number, end: number): Clusters {
  let userRuns = runs.length;
  while (userRuns > 0 && (runs.first[userRuns - 1] ?? 0) >= kernelFirst) userRuns--;
  const limit = gapLimit(intervals, runs, userRuns);
  const found: Found[] = [];
  for (let from = 0; from < userRuns;) {
    let to = from + 1;
    while (to < userRuns && gapBefore(intervals, runs, to) < limit) to++;
    found.push({ first: runs.first[from] ?? 0, end: runs.end[to - 1] ?? 0, firstRun: from, endRun: to, region: -1 });
    from = to;
  }
  if (kernelFirst < end) found.push(...kernelClusters(intervals, runs, userRuns, kernelFirst, end));
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
    region: Int32Array.from(found, (cluster) => cluster.region),
    isEmpty: Uint8Array.from(found, (cluster) => (cluster.region >= 0 && isEmpty(intervals, cluster) ? 1 : 0)),
  };
}

interface Found {
  readonly first: number;
  readonly end: number;
  readonly firstRun: number;
  readonly endRun: number;
  readonly region: number;
}

/**
 * One cluster for each outermost region with all its content, and for each run outside regions; a single one if no
 * region is known.
 */
function kernelClusters({ part, kernel }: Intervals, runs: Runs, userRuns: number, kernelFirst: number, end: number): Found[] {
  if (kernel.half.regions.length === 0) return [{ first: kernelFirst, end, firstRun: userRuns, endRun: runs.length, region: -1 }];
  const regionAt = (i: number): number => kernel.outer[part[i] ?? -1] ?? -1;
  const found: Found[] = [];
  let run = userRuns;
  for (let first = kernelFirst, next; first < end; first = next) {
    const region = regionAt(first);
    const firstRun = run;
    next = first + 1;
    if (region >= 0) while (next < end && regionAt(next) === region) next++;
    else if (runs.first[run] === first) next = runs.end[run] ?? next;
    else continue;
    while (run < runs.length && (runs.first[run] ?? 0) < next) run++;
    found.push({ first, end: next, firstRun, endRun: run, region });
  }
  return found;
}

function isEmpty({ kernel, part }: Intervals, { first, end }: Found): boolean {
  if (kernel.half.ranges === null) return false;
  for (let i = first; i < end; i++) if ((kernel.range[part[i] ?? -1] ?? -1) >= 0) return false;
  return true;
}

/** Pages between run r and the one below it; Infinity when something other than a gap lies there. */
function gapBefore(intervals: Intervals, runs: Runs, r: number): number {
  const from = runs.end[r - 1] ?? 0;
  const to = runs.first[r] ?? 0;
  for (let i = from; i < to; i++) if (intervals.kind[i] !== Kind.gap) return Infinity;
  return (intervals.bounds[to] ?? 0) - (intervals.bounds[from] ?? 0);
}

/** 1 GiB, or the smallest larger power of two that leaves at most MAX_CLUSTERS. */
function gapLimit(intervals: Intervals, runs: Runs, userRuns: number): number {
  const gapsByLog = new Uint32Array(64);
  for (let r = 1; r < userRuns; r++) {
    const gap = gapBefore(intervals, runs, r);
    if (gap >= LARGE_GAP_PAGES && gap < Infinity) {
      const log = Math.floor(Math.log2(gap));
      gapsByLog[log] = (gapsByLog[log] ?? 0) + 1;
    }
  }
  let cuts = sum(gapsByLog);
  let log = Math.log2(LARGE_GAP_PAGES);
  while (cuts >= MAX_CLUSTERS && log < 52) cuts -= gapsByLog[log++] ?? 0;
  return 2 ** log;
}

/** Index of the cluster that holds `interval`, or -1 when it lies between clusters. */
export function clusterAt(clusters: Clusters, interval: number): number {
  for (let c = 0; c < clusters.length; c++) {
    if ((clusters.first[c] ?? 0) <= interval && interval < (clusters.end[c] ?? 0)) return c;
  }
  return -1;
}
