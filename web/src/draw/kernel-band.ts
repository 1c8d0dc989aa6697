import { intervalAt } from '@procmap/shared/intervals.ts';
import type { Ruler } from '../axis/projection.ts';
import { type Hierarchy, hasKernelView } from '../axis/hierarchy.ts';

/** The kernel half in the picture, where it can be opened and closed. */
export interface KernelBand {
  /** In px of the ruler, also out of sight. */
  readonly top: number;
  readonly bottom: number;
  /** Its first interval; the others follow. */
  readonly first: number;
  /** So low that it is shown as one thing: the gutter names the half, and the box its regions. */
  readonly isCompact: boolean;
}

/** null where the half is not shown beside the other one, or has its true size. */
export function kernelBand({ axis, options }: Hierarchy, ruler: Ruler, plotHeight: number): KernelBand | null {
  const { intervals } = axis;
  const { kernelStart, end } = intervals.layout;
  if (!hasKernelView(options) || kernelStart >= end) return null;
  const first = intervalAt(intervals, kernelStart);
  const [top, bottom] = [ruler.yOfBound(axis.end), ruler.yOfBound(first)];
  return { top, bottom, first, isCompact: options.kernel === 'closed' && bottom - top <= plotHeight / 2 };
}
