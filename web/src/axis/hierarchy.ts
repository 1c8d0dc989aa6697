import type { Intervals } from '@procmap/shared/intervals.ts';
import { intervalAt } from '@procmap/shared/intervals.ts';
import type { Axis } from './axis.ts';
import { type Clusters, findClusters } from './clusters.ts';
import { RunBuilder, type Runs } from './runs.ts';
import { weighByMeaning, weighByPages } from './weights.ts';

/**
 * The four levels of meaning: clusters ⊃ runs ⊃ mappings ⊃ pages. The first three are named here; the axis is what their
 * weights add up to. What lies in no cluster (large gaps, the hole, NULL page) stands at the top level by itself.
 */
export interface Hierarchy {
  readonly axis: Axis;
  readonly clusters: Clusters;
  readonly runs: Runs;
  readonly options: HierarchyOptions;
}

export const SHOWS = ['both', 'user', 'kernel'] as const;
export type Show = (typeof SHOWS)[number];
export const SCALES = ['log', 'linear', 'mapped'] as const;
export type Scale = (typeof SCALES)[number];

/** Where both halves are shown the kernel's is closed at first: a quarter of the height at most, so that the process has the room. */
export const KERNEL_VIEWS = ['closed', 'open'] as const;
export type KernelView = (typeof KERNEL_VIEWS)[number];

export interface HierarchyOptions {
  /** Which half; the other one is folded away. The hole belongs to neither. */
  readonly show: Show;
  /** By meaning and log size; plainly by pages; or by meaning and log size of what is mapped, everything else folded to slivers. */
  readonly scale: Scale;
  readonly kernel: KernelView;
}

/** Those of the first look at a process. */
export const FIRST_SIGHT: HierarchyOptions = { show: 'both', scale: 'log', kernel: 'closed' };

/** True where it matters whether the kernel half is open: beside the other one, and not true to size. */
export function hasKernelView({ show, scale }: Pick<HierarchyOptions, 'show' | 'scale'>): boolean {
  return show === 'both' && scale !== 'linear';
}

/** Total of all weights, nearly: far below 2^53, so that sums stay exact, and so large that a millionth part of it still is a fine number. */
const TOTAL = 2 ** 50;

/** Intervals [first, end) that are shown. */
export interface ShownIntervals {
  readonly first: number;
  readonly end: number;
}

/** The intervals of one half, or of both; of both the hole between them, too. */
export function shownIntervals(intervals: Intervals, show: Show): ShownIntervals {
  const { userEnd, kernelFirst } = halves(intervals);
  return { first: show === 'kernel' ? kernelFirst : 0, end: show === 'user' ? userEnd : intervals.length };
}

/** One past the last interval of the user half, and the first one of the kernel's. */
function halves(intervals: Intervals): { readonly userEnd: number; readonly kernelFirst: number } {
  const { layout, length } = intervals;
  const kernelFirst = layout.kernelStart < layout.end ? intervalAt(intervals, layout.kernelStart) : length;
  return { userEnd: layout.userEnd < layout.kernelStart ? intervalAt(intervals, layout.userEnd) : kernelFirst, kernelFirst };
}

/** With what `wishes` leaves out as at first sight. O(intervals), a few passes over typed arrays. */
export function buildHierarchy(intervals: Intervals, wishes: Partial<HierarchyOptions> = {}): Hierarchy {
  const options = { ...FIRST_SIGHT, ...wishes };
  const { length } = intervals;
  const { userEnd, kernelFirst } = halves(intervals);
  const { first, end } = shownIntervals(intervals, options.show);

  const builder = new RunBuilder(intervals);
  if (options.show !== 'kernel') builder.add(0, userEnd);
  if (options.show !== 'user') builder.add(kernelFirst, length);
  const runs = builder.finish();
  const clusters = findClusters(intervals, runs, kernelFirst, end);

  const weights = new Float64Array(length + 1);
  if (options.scale === 'linear') weighByPages(intervals, first, end, weights);
  else weighByMeaning(intervals, clusters, runs, first, end, weights, { isFolded: options.scale === 'mapped', isKernelOpen: options.kernel === 'open' });
  sumToWhole(weights, options.scale === 'linear' ? 1 : 0);
  return { axis: { intervals, first, end, prefix: weights }, clusters, runs, options };
}

/** Turns weights into whole ones and these into their running sums, in place. Unit 0: the one that makes the sum TOTAL. By hand: cumsum of d3-array takes 30 times as long. */
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
