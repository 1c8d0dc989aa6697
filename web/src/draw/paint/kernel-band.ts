import { intervalAt } from '@procmap/shared/intervals.ts';
import type { Ruler } from '../../axis/projection.ts';
import { type Hierarchy, hasKernelView } from '../../axis/hierarchy.ts';
import type { Plot } from './plot.ts';

/** The kernel half in the picture, if it can be opened and closed. */
interface KernelBand {
  /** In px of the ruler, even if out of sight. */
  readonly top: number;
  readonly bottom: number;
  /** Its first interval; the others follow. */
  readonly first: number;
  /** So low that it is shown as a unit: the gutter names the half, and the box its regions. */
  readonly isCompact: boolean;
}

/** null if the half is not shown beside the user half, or has its true size. */
export function kernelBand({ axis, options }: Hierarchy, ruler: Ruler, plotHeight: number): KernelBand | null {
  const { intervals } = axis;
  const { kernelStart, end } = intervals.layout;
  if (!hasKernelView(options) || kernelStart >= end) return null;
  const first = intervalAt(intervals, kernelStart);
  const [top, bottom] = [ruler.yOfBound(axis.end), ruler.yOfBound(first)];
  return { top, bottom, first, isCompact: options.kernel === 'closed' && bottom - top <= plotHeight / 2 };
}

/** The visible part of the kernel half, CSS px from the top of the canvas. */
export interface Band {
  readonly top: number;
  readonly bottom: number;
  /** From the left of the canvas to the end of the gutter; 0 without one. */
  readonly gutterPx: number;
  /** From the right of the box to that of the canvas. */
  readonly addressPx: number;
}

/** null if it is out of sight, or there is none. */
export function bandInSight(band: KernelBand | null, { dpr, top, height, gutterX, gutterWidth, boxX, boxWidth, width }: Plot): Band | null {
  if (band === null || band.bottom <= 0 || band.top >= height) return null;
  return {
    top: (Math.max(0, band.top) + top) / dpr,
    bottom: (Math.min(height, band.bottom) + top) / dpr,
    gutterPx: gutterWidth === 0 ? 0 : (gutterX + gutterWidth) / dpr,
    addressPx: (width - boxX - boxWidth) / dpr,
  };
}
