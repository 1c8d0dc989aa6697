import { isFilled } from '@procmap/shared/intervals.ts';
import type { Pen } from './pen.ts';
import type { Scene } from './scene.ts';

/** A round address inside an interval. */
export interface Tick {
  readonly page: number;
  /** Plot device px. */
  readonly y: number;
  /** In a mapping that is so high that its pages are what one looks at. */
  readonly isRuled: boolean;
}

/** CSS px: what is higher has ticks, so far apart at least. */
const LEAST_ROW = 72;
const LEAST_STEP = 28;
/** From here on what is mapped is ruled, too. */
const LEAST_RULED = 200;

/** Round addresses (multiples of a power of two pages) inside the intervals that fill much of the viewport: the scale of the deep zoom. */
export function placeTicks(scene: Scene): Tick[] {
  const { rows, plot, projection } = scene;
  const { intervals } = scene.hierarchy.axis;
  const ticks: Tick[] = [];
  for (let r = 0; r < rows.length; r++) {
    const y0 = rows.y0[r] ?? 0;
    const y1 = rows.y1[r] ?? 0;
    if (y1 - y0 < LEAST_ROW * plot.dpr) continue;
    const i = rows.first[r] ?? 0;
    const step = Math.max(1, 2 ** Math.ceil(Math.log2((LEAST_STEP * plot.dpr) / projection.pxPerPage(i))));
    const low = Math.max(intervals.bounds[i] ?? 0, projection.pointAt(y1).page);
    const high = Math.min((intervals.bounds[i + 1] ?? 0) - 1, projection.pointAt(y0).page);
    const isRuled = y1 - y0 >= LEAST_RULED * plot.dpr && isFilled(intervals, i);
    for (let page = Math.floor(low / step) * step + step; page <= high; page += step) {
      ticks.push({ page, y: projection.yOf(page), isRuled });
    }
  }
  return ticks;
}

/** Hairlines across what is mapped, so that pages can be told apart. */
export function paintTicks(pen: Pen, scene: Scene, ticks: readonly Tick[]): void {
  const { plot, theme } = scene;
  const thin = Math.max(1, Math.round(plot.dpr));
  pen.fillStyle = theme.surface;
  pen.globalAlpha = 0.28;
  for (const tick of ticks) if (tick.isRuled) pen.fillRect(plot.boxX, Math.round(tick.y), plot.boxWidth, thin);
  pen.globalAlpha = 1;
}
