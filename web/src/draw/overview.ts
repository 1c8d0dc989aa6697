import { Kind } from '@procmap/shared/kind.ts';
import { scaleLog } from 'd3-scale';
import { pageAtY, type Point } from '../axis/axis.ts';
import { fit } from '../axis/camera.ts';
import { ALARM_BITS, CLASS_BITS } from '../axis/masks.ts';
import { Projection } from '../axis/projection.ts';
import { Rows } from '../axis/rows.ts';
import { closedShelves } from './paint/blocks.ts';
import { blockPieces } from './paint/block-pieces.ts';
import type { Fills } from './paint/fills.ts';
import type { Hits } from './paint/hits.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Stage } from './stage.ts';
import type { Theme } from './paint/theme.ts';
import type { View } from './view.ts';

/** The appearance of the picture beside it. */
export interface OverviewLook {
  readonly theme: Theme;
  /** null without a map. */
  readonly fills: Fills | null;
  readonly hits: Hits | null;
  /** The part of the axis that is in sight. */
  readonly view: Pick<View, 'firstPage' | 'lastPage' | 'atFit'>;
}

/** Share of the strip's width for colours; the rest shows the number of intervals behind each px. */
const COLOURS = 0.66;
/** CSS px: an alarm is visible at any size. */
const MIN_ALARM = 3;

/** The whole axis as a thin column, with a window on the part in sight. */
export class Overview {
  readonly #stage: Stage;
  readonly #look: () => OverviewLook | null;
  readonly #rows = new Rows();
  /** Width of a bar. */
  readonly #barWidth = scaleLog();
  #window: { readonly top: number; readonly bottom: number } | null = null;

  /** `look`: null before a theme is set. */
  constructor(stage: Stage, look: () => OverviewLook | null) {
    this.#stage = stage;
    this.#look = look;
  }

  /** The window on the part in sight, as last painted: shares of the height from the top. null at fit. */
  get window(): { readonly top: number; readonly bottom: number } | null {
    return this.#window;
  }

  /** The place at a share [0, 1] of the height, from the top; null without a map. */
  pointAt(share: number): Point | null {
    const { hierarchy } = this.#stage;
    return hierarchy === null ? null : pageAtY(hierarchy.axis, share);
  }

  /** Sizes the canvas (CSS px) and paints it, empty without a map. Call it after the view or the theme has changed. */
  draw(canvas: HTMLCanvasElement, cssWidth: number, cssHeight: number, devicePixelRatio: number): void {
    const look = this.#look();
    if (look === null) return;
    const { theme, fills, hits, view } = look;
    const { hierarchy, masks } = this.#stage;
    const width = Math.max(1, Math.round(cssWidth * devicePixelRatio));
    const height = Math.max(1, Math.round(cssHeight * devicePixelRatio));
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    const context = canvas.getContext('2d');
    if (context === null) return;
    context.globalAlpha = 1;
    context.fillStyle = theme.surface;
    context.fillRect(0, 0, width, height);
    this.#window = null;
    if (hierarchy === null || masks === null || fills === null) return;
    const projection = new Projection(hierarchy.axis, fit(hierarchy.axis, height));
    this.#rows.fill(projection, masks, height);
    this.#paintColours(context, fills, hits, theme, Math.round(width * COLOURS));
    // As in the picture: libraries so low would be one dash beside the other.
    if (hits === null) this.#paintBlocks(context, projection, fills, theme, Math.round(width * COLOURS), height, devicePixelRatio);
    this.#paintDensity(context, theme, Math.round(width * COLOURS) + 1, width);
    this.#paintAlarms(context, theme, width, devicePixelRatio);
    const sight = { startPage: view.firstPage, endPage: view.lastPage };
    if (!view.atFit) this.#window = paintWindow(context, projection, theme, sight, width, height, devicePixelRatio);
  }

  #paintColours(context: CanvasRenderingContext2D, fills: Fills, hits: Hits | null, theme: Theme, width: number): void {
    const rows = this.#rows;
    for (let r = 0; r < rows.length; r++) {
      const colourClass = 31 - Math.clz32((rows.mask[r] ?? 0) & CLASS_BITS);
      if (colourClass === Kind.gap) continue;
      const isFaded = hits !== null && !hits.any(rows.first[r] ?? 0, rows.end[r] ?? 0);
      context.globalAlpha = isFaded ? 0.22 : 1;
      context.fillStyle = fills.fill[colourClass] ?? theme.line;
      context.fillRect(0, rows.y0[r] ?? 0, width, (rows.y1[r] ?? 0) - (rows.y0[r] ?? 0));
    }
    context.globalAlpha = 1;
  }

  /** Each shelf of libraries as one block: its classes side by side, each as wide as its share of the pages. */
  #paintBlocks(context: CanvasRenderingContext2D, projection: Projection, fills: Fills, theme: Theme, width: number, height: number, dpr: number): void {
    const { hierarchy, classes } = this.#stage;
    if (hierarchy === null || classes === null) return;
    for (const block of closedShelves(hierarchy, projection, this.#rows, height, dpr)) {
      for (const { colourClass, left, right } of blockPieces(hierarchy.axis.intervals, classes, block, width)) {
        context.fillStyle = colourClass === Kind.gap ? theme.surface : (fills.fill[colourClass] ?? theme.line);
        context.fillRect(left, block.top, right - left, block.bottom - block.top);
      }
    }
  }

  /** A bar for each px: the number of intervals that end there, on a logarithmic scale. */
  #paintDensity(context: CanvasRenderingContext2D, theme: Theme, left: number, right: number): void {
    const rows = this.#rows;
    let most = 16;
    for (let r = 0; r < rows.length; r++) most = Math.max(most, densityOf(rows, r));
    const widthOf = this.#barWidth.domain([1, most]).rangeRound([0, right - left]);
    context.fillStyle = theme.inkMuted;
    context.globalAlpha = 0.7;
    for (let r = 0; r < rows.length; r++) {
      const density = densityOf(rows, r);
      if (density > 1) context.fillRect(left, rows.y0[r] ?? 0, Math.max(1, widthOf(density)), (rows.y1[r] ?? 0) - (rows.y0[r] ?? 0));
    }
    context.globalAlpha = 1;
  }

  #paintAlarms(context: CanvasRenderingContext2D, theme: Theme, width: number, dpr: number): void {
    const rows = this.#rows;
    const least = Math.round(MIN_ALARM * dpr);
    context.fillStyle = theme.alarm;
    for (let r = 0; r < rows.length; r++) {
      if (((rows.mask[r] ?? 0) & ALARM_BITS) === 0) continue;
      const y0 = rows.y0[r] ?? 0;
      context.fillRect(0, y0, width, Math.max(least, (rows.y1[r] ?? 0) - y0));
    }
  }
}

/** Intervals in a px of height. */
function densityOf(rows: Rows, r: number): number {
  return ((rows.end[r] ?? 0) - (rows.first[r] ?? 0)) / Math.max(1, (rows.y1[r] ?? 0) - (rows.y0[r] ?? 0));
}

/** Returns its position in shares of the height. */
function paintWindow(
  context: CanvasRenderingContext2D,
  projection: Projection,
  theme: Theme,
  view: PageRange,
  width: number,
  height: number,
  dpr: number,
): { readonly top: number; readonly bottom: number } {
  const least = 4 * dpr;
  const middle = (projection.yOf(view.endPage) + projection.yOf(view.startPage)) / 2;
  const half = Math.max(least, projection.yOf(view.startPage) - projection.yOf(view.endPage)) / 2;
  const y0 = Math.round(Math.min(height - 2 * half, Math.max(0, middle - half)));
  const y1 = Math.round(Math.min(height, y0 + 2 * half));
  context.fillStyle = theme.surface;
  context.globalAlpha = 0.62;
  context.fillRect(0, 0, width, y0);
  context.fillRect(0, y1, width, height - y1);
  context.globalAlpha = 1;
  const line = Math.max(1, Math.round(2 * dpr));
  context.strokeStyle = theme.accent;
  context.lineWidth = line;
  context.strokeRect(line / 2, y0 + line / 2, width - line, Math.max(1, y1 - y0 - line));
  return { top: y0 / height, bottom: y1 / height };
}
