import type { Intervals } from '@procmap/shared/intervals.ts';
import { intervalAt } from '@procmap/shared/intervals.ts';
import type { Axis } from './axis.ts';
import { type Clusters, findClusters } from './clusters.ts';
import { RunBuilder, type Runs } from './runs.ts';
import type { RunUses } from './run-uses.ts';
import { findShelves, type Shelves } from './shelves.ts';
import { weighByMeaning, weighByPages } from './weights.ts';

/**
 * The levels of the picture: clusters ⊃ (shelves of libraries ⊃) runs ⊃ mappings ⊃ pages. This holds all but the pages;
 * the axis sums their weights. Intervals outside all clusters (large gaps, the hole, the NULL page) stand at the top
 * level.
 */
export interface Hierarchy {
  readonly axis: Axis;
  readonly clusters: Clusters;
  readonly shelves: Shelves;
  readonly runs: Runs;
  readonly options: HierarchyOptions;
  /** Pages of each interval in memory, which the heights of mappings follow; null: they follow address space. */
  readonly resident: Float64Array | null;
  /** null: runs are told by names alone. Heights do not depend on it: see {@link withUses}. */
  readonly uses: RunUses | null;
}

export const SHOWS = ['both', 'user', 'kernel'] as const;
export type Show = (typeof SHOWS)[number];
export const SCALES = ['log', 'linear', 'mapped'] as const;
export type Scale = (typeof SCALES)[number];

/**
 * When both halves are shown, the kernel half is closed at first (a quarter of the height at most), to leave room for
 * the process.
 */
export const KERNEL_VIEWS = ['closed', 'open'] as const;
export type KernelView = (typeof KERNEL_VIEWS)[number];

/** What the heights of mappings follow: their size, or how much of them is in memory, which needs figures. */
export const HEIGHTS = ['space', 'resident'] as const;
export type Heights = (typeof HEIGHTS)[number];

export interface HierarchyOptions {
  /** The half to show; the other one is folded. The hole belongs to neither. */
  readonly show: Show;
  /**
   * `log`: by meaning and log size; `linear`: by pages; `mapped`: by meaning and log size of mapped memory, with
   * everything else folded to slivers.
   */
  readonly scale: Scale;
  readonly kernel: KernelView;
}

/** The options when a process is first shown. */
export const FIRST_SIGHT: HierarchyOptions = { show: 'both', scale: 'log', kernel: 'closed' };

/** True if opening the kernel half makes a difference: both halves are shown, not true to size. */
export function hasKernelView({ show, scale }: Pick<HierarchyOptions, 'show' | 'scale'>): boolean {
  return show === 'both' && scale !== 'linear';
}

/** Approximate total of all weights: far below 2^53, so that sums stay exact, but large enough to divide finely. */
const TOTAL = 2 ** 50;

/** The shown intervals: [first, end). */
export interface ShownIntervals {
  readonly first: number;
  readonly end: number;
}

/** The intervals of one half, or of both with the hole between them. */
export function shownIntervals(intervals: Intervals, show: Show): ShownIntervals {
  const { userEnd, kernelFirst } = halves(intervals);
  return { first: show === 'kernel' ? kernelFirst : 0, end: show === 'user' ? userEnd : intervals.length };
}

/** One past the last interval of the user half, and the first one of the kernel half. */
function halves(intervals: Intervals): { readonly userEnd: number; readonly kernelFirst: number } {
  const { layout, length } = intervals;
  const kernelFirst = layout.kernelStart < layout.end ? intervalAt(intervals, layout.kernelStart) : length;
  return { userEnd: layout.userEnd < layout.kernelStart ? intervalAt(intervals, layout.userEnd) : kernelFirst, kernelFirst };
}

/** Missing options default to FIRST_SIGHT. O(intervals), a few passes over typed arrays. */
export function buildHierarchy(intervals: Intervals, wishes: Partial<HierarchyOptions> = {}, resident: Float64Array | null = null): Hierarchy {
  const options = { ...FIRST_SIGHT, ...wishes };
  const { length } = intervals;
  const { userEnd, kernelFirst } = halves(intervals);
  const { first, end } = shownIntervals(intervals, options.show);

  const builder = new RunBuilder(intervals);
  if (options.show !== 'kernel') builder.add(0, userEnd);
  if (options.show !== 'user') builder.add(kernelFirst, length);
  const runs = builder.finish();
  const clusters = findClusters(intervals, runs, kernelFirst, end);
  const shelves = findShelves(intervals, runs, clusters);

  const weights = new Float64Array(length + 1);
  if (options.scale === 'linear') weighByPages(intervals, first, end, weights);
  else {
    const weighing = { clusters, shelves, runs, resident, isFolded: options.scale === 'mapped', isKernelOpen: options.kernel === 'open' };
    weighByMeaning(intervals, first, end, weights, weighing);
  }
  sumToWhole(weights, options.scale === 'linear' ? 1 : 0);
  return { axis: { intervals, first, end, prefix: weights }, clusters, shelves, runs, options, resident, uses: null };
}

/**
 * Rounds weights to whole numbers and replaces them by their running sums, in place. Unit 0: choose the unit so that
 * the sum is TOTAL. Hand-written: cumsum of d3-array takes 30 times as long.
 */
function sumToWhole(weights: Float64Array, unit: number): void {
  let scale = unit;
  if (scale === 0) {
    let sum = 0;
    for (let i = 1; i < weights.length; i++) sum += weights[i] ?? 0;
    scale = TOTAL / sum;
  }
  let sum = 0;
  for (let i = 1; i < weights.length; i++) {
    const weight = weights[i] ?? 0;
    if (weight > 0) sum += Math.max(1, Math.round(weight * scale));
    weights[i] = sum;
  }
}
