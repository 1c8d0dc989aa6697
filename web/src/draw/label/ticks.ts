import { isFilled } from '@procmap/shared/intervals.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { binaryStep, multiplesOf } from '../../axis/binary-ticks.ts';
import type { Pen } from '../paint/pen.ts';
import type { Scene } from '../paint/scene.ts';

/** A round address inside an interval. */
export interface Tick {
  readonly page: number;
  /** Byte in the page, [0, 4096): not 0 only in a page high enough for a scale of its own. */
  readonly byte: number;
  /** Plot device px. */
  readonly y: number;
  /** Its address may stand beside it; three minor ticks divide the space between two major ones into four. */
  readonly isMajor: boolean;
  /** In a mapping so high that its pages are visible. */
  readonly isRuled: boolean;
}

/** The inputs for placing ticks. */
type Ruled = Pick<Scene, 'rows' | 'plot' | 'projection' | 'hierarchy'>;

/** CSS px: higher rows have ticks. Major ticks are at least this far apart, and at most twice as far. */
const MIN_ROW = 32;
export const MIN_STEP = 28;
const MINORS = 4;
/** From this height on, mapped intervals are ruled, too. */
const MIN_RULED = 200;
/** CSS px beside the box. */
const MAJOR_LENGTH = 5;
const MINOR_LENGTH = 3;

/**
 * Round addresses (multiples of a power of two bytes) inside intervals that are high enough, from the exbibytes of a
 * gap to the bytes of a single page. The time depends on the px, not on the size of the intervals.
 */
export function placeTicks({ rows, plot, projection, hierarchy }: Ruled): Tick[] {
  const { intervals } = hierarchy.axis;
  const ticks: Tick[] = [];
  for (let r = 0; r < rows.length; r++) {
    const y0 = rows.y0[r] ?? 0;
    const y1 = rows.y1[r] ?? 0;
    if (y1 - y0 < MIN_ROW * plot.dpr) continue;
    const i = rows.first[r] ?? 0;
    // In pages; both are powers of two, and below 1 inside a page.
    const major = binaryStep((MIN_STEP * plot.dpr) / projection.pxPerPage(i));
    const minor = major / MINORS;
    const start = intervals.bounds[i] ?? 0;
    const low = Math.max(start, projection.pointAt(y1).page);
    const high = Math.min((intervals.bounds[i + 1] ?? 0) - 1, projection.pointAt(y0).page);
    const isRuled = y1 - y0 >= MIN_RULED * plot.dpr && isFilled(intervals, i);
    const add = (page: number, share: number): void => {
      const y = projection.yOf(page, share);
      if (y <= y0 || y >= y1 || (page === start && share === 0)) return;
      const isMajor = major >= 1 ? share === 0 && page % major === 0 : share % major === 0;
      ticks.push({ page, byte: share * PAGE_SIZE, y, isMajor, isRuled: isRuled && isMajor && share === 0 });
    };
    const shares = multiplesOf(Math.max(minor, 1 / PAGE_SIZE), 0, 1);
    // A page and a share of it, never their sum, which is not exact near 2^52.
    for (const page of multiplesOf(Math.max(1, minor), low, high + 1)) for (const share of shares) add(page, share);
  }
  return ticks;
}

/** The scale at the right edge of the box, and hairlines across mapped intervals that separate pages. */
export function paintTicks(pen: Pen, scene: Pick<Scene, 'plot' | 'theme'>, ticks: readonly Tick[]): void {
  const { plot, theme } = scene;
  const thin = Math.max(1, Math.round(plot.dpr));
  pen.fillStyle = theme.surface;
  pen.globalAlpha = 0.28;
  for (const tick of ticks) if (tick.isRuled) pen.fillRect(plot.boxX, Math.round(tick.y), plot.boxWidth, thin);
  pen.fillStyle = theme.inkMuted;
  pen.globalAlpha = 0.5;
  for (const { y, isMajor } of ticks)
    pen.fillRect(plot.boxX + plot.boxWidth, Math.round(y), Math.round((isMajor ? MAJOR_LENGTH : MINOR_LENGTH) * plot.dpr), thin);
  pen.globalAlpha = 1;
}
