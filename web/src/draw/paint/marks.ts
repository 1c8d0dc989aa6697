import { endPage, startPage } from '../../axis/axis.ts';
import { ALARM_BITS, WRITE_EXEC_BIT } from '../../axis/masks.ts';
import type { Hits } from './hits.ts';
import type { PageRange } from '../../regions/page-range.ts';
import type { Pen } from './pen.ts';
import type { Scene } from './scene.ts';

/**
 * Top and bottom of a range in whole device px, at least `least` high, clipped to just outside the plot; null if it is
 * out of sight or folded.
 */
function extentOf(scene: Scene, range: PageRange, least: number): readonly [number, number] | null {
  const { projection, plot } = scene;
  if (range.endPage <= startPage(projection.axis) || range.startPage >= endPage(projection.axis)) return null;
  const top = projection.yOf(range.endPage);
  const bottom = projection.yOf(range.startPage);
  if (bottom < 0 || top > plot.height) return null;
  const y0 = Math.round(Math.max(-8 * plot.dpr, top));
  return [y0, Math.max(y0 + least, Math.round(Math.min(plot.height + 8 * plot.dpr, bottom)))];
}

/** A light wash and a bar at both edges of ranges found by address. */
export function paintHighlights(pen: Pen, scene: Scene, ranges: readonly PageRange[]): void {
  const { plot, theme } = scene;
  const bar = Math.round(5 * plot.dpr);
  pen.fillStyle = theme.accent;
  for (const range of ranges) {
    const at = extentOf(scene, range, Math.round(3 * plot.dpr));
    if (at === null) continue;
    const [y0, y1] = at;
    pen.globalAlpha = 0.3;
    pen.fillRect(plot.boxX, y0, plot.boxWidth, y1 - y0);
    pen.globalAlpha = 1;
    pen.fillRect(plot.boxX + plot.boxWidth - bar, y0, bar, y1 - y0);
    pen.fillRect(plot.boxX, y0, bar, y1 - y0);
  }
}

/** Opacity of the veil over rows that do not match the filter. */
const VEIL = 0.78;
/** CSS px. */
const MIN_MARK = 5;

/**
 * Fades intervals that do not match the filter, and marks those that do with a bar at both edges, visible at any size.
 */
export function paintHits(pen: Pen, scene: Scene): void {
  const { rows, plot, theme, hits } = scene;
  if (hits === null) return;
  pen.fillStyle = theme.surface;
  pen.globalAlpha = VEIL;
  const marked = stretches(rows, hits, (y0, y1) => pen.fillRect(plot.boxX, y0, plot.boxWidth, y1 - y0));
  const bar = Math.round(5 * plot.dpr);
  pen.fillStyle = theme.accent;
  pen.globalAlpha = 1;
  for (const [y0, y1] of marked) {
    const grow = Math.max(0, Math.ceil((MIN_MARK * plot.dpr - (y1 - y0)) / 2));
    for (const x of [plot.boxX, plot.boxX + plot.boxWidth - bar]) pen.fillRect(x, y0 - grow, bar, y1 - y0 + 2 * grow);
  }
}

/** Groups neighbouring rows: calls `onMiss` for stretches without a hit and returns those with one. */
function stretches(rows: Scene['rows'], hits: Hits, onMiss: (y0: number, y1: number) => void): (readonly [y0: number, y1: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let r = 0; r < rows.length;) {
    const isHit = hits.any(rows.first[r] ?? 0, rows.end[r] ?? 0);
    const y0 = rows.y0[r] ?? 0;
    let y1 = rows.y1[r] ?? 0;
    for (r++; r < rows.length && hits.any(rows.first[r] ?? 0, rows.end[r] ?? 0) === isHit; r++) y1 = rows.y1[r] ?? 0;
    if (isHit) found.push([y0, y1]);
    else onMiss(y0, y1);
  }
  return found;
}

/** An outline visible on any fill: a line of background inside and outside of it. */
export function paintOutline(pen: Pen, scene: Scene, range: PageRange, colour: string, cssWidth: number): void {
  const { plot, theme } = scene;
  const at = extentOf(scene, range, Math.round(2 * plot.dpr));
  if (at === null) return;
  const [y0, y1] = at;
  const width = Math.max(1, Math.round(cssWidth * plot.dpr));
  const stroke = (grow: number, lineWidth: number, style: string): void => {
    pen.strokeStyle = style;
    pen.lineWidth = lineWidth;
    pen.strokeRect(plot.boxX - grow, y0 - grow, plot.boxWidth + 2 * grow, y1 - y0 + 2 * grow);
  };
  stroke(width / 2, width + 2 * Math.max(1, Math.round(plot.dpr)), theme.surface);
  stroke(width / 2, width, colour);
}

/**
 * Alarms of any size (writable and executable, or at address 0): a bar at both edges of the box, at least 3 px high,
 * and a badge where 14 px are free. Merged rows count by their mask.
 */
export function paintAlarms(pen: Pen, scene: Scene, badgeWidth: number): void {
  const { rows, plot, theme } = scene;
  const least = Math.round(3 * plot.dpr);
  const bar = Math.round(4 * plot.dpr);
  const height = Math.round(14 * plot.dpr);
  const width = Math.round((badgeWidth - 6) * plot.dpr);
  const right = plot.boxX + plot.boxWidth - Math.round(6 * plot.dpr);
  const font = `700 ${Math.round(10 * plot.dpr)}px ${theme.fontUi}`;
  let freeFrom = 0;
  for (let r = 0; r < rows.length; r++) {
    if (((rows.mask[r] ?? 0) & ALARM_BITS) === 0) continue;
    const y0 = rows.y0[r] ?? 0;
    const y1 = Math.max(y0 + least, rows.y1[r] ?? 0);
    pen.fillStyle = theme.alarm;
    pen.fillRect(plot.boxX, y0, bar, y1 - y0);
    pen.fillRect(plot.boxX + plot.boxWidth - bar, y0, bar, y1 - y0);
    const top = Math.round(Math.min(plot.height - height, Math.max(0, (y0 + y1 - height) / 2)));
    if (top < freeFrom) continue;
    freeFrom = top + height + 2;
    pen.beginPath();
    pen.roundRect(right - width, top, width, height, 3 * plot.dpr);
    pen.fill();
    pen.font = font;
    pen.fillStyle = theme.inkOnAlarm;
    pen.textAlign = 'center';
    pen.fillText(((rows.mask[r] ?? 0) & WRITE_EXEC_BIT) === 0 ? 'NULL' : 'W+X', right - width / 2, Math.round(top + height / 2 + 10 * 0.36 * plot.dpr));
    pen.textAlign = 'left';
  }
}
