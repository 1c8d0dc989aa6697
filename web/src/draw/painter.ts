import { placeAddresses, paintAddresses } from './label/addresses.ts';
import { RectBatch } from './paint/batch.ts';
import { paintBoxes } from './paint/boxes.ts';
import { paintBrackets, paintGutter, placeGutter } from './label/gutter.ts';
import { BADGE_WIDTH, type Label } from './label/label.ts';
import { paintLabels, paintOwnPlates, placeLabels } from './label/labels.ts';
import { paintAlarms, paintHighlights, paintHits, paintOutline } from './paint/marks.ts';
import type { PageRange } from '../regions/page-range.ts';
import { paintPages } from './paint/pages.ts';
import type { Patterns } from './paint/patterns.ts';
import type { Pen } from './paint/pen.ts';
import type { Plot } from './paint/plot.ts';
import type { Scene } from './paint/scene.ts';
import { type Placed, type TextBox, textBoxes } from './label/text-boxes.ts';
import type { Theme } from './paint/theme.ts';
import { paintTicks, placeTicks } from './label/ticks.ts';

/** Overlays of the map: hover, selection, search results. */
interface Overlay {
  /** Called once all labels are placed: a label in a list stands for the intervals it names. */
  readonly hover: () => PageRange | null;
  readonly selected: PageRange | null;
  readonly highlights: readonly PageRange[];
}

/** Paints a scene in one pass, from back to front: background, boxes, hairlines, marks, labels, addresses, outlines. */
export class Painter {
  readonly #pen: Pen;
  readonly #batch = new RectBatch();
  #patterns: Patterns | null = null;
  #placed: Placed | null = null;

  constructor(pen: Pen) {
    this.#pen = pen;
  }

  /** Call after the theme or the pixel ratio changed. */
  restyle(patterns: Patterns): void {
    this.#patterns = patterns;
  }

  /** Only the background, over the whole canvas of the plot. */
  clear(theme: Theme, { width, height, top }: Plot): void {
    this.#pen.setTransform(1, 0, 0, 1, 0, 0);
    this.#pen.globalAlpha = 1;
    this.#pen.fillStyle = theme.surface;
    this.#pen.fillRect(0, 0, width, height + 2 * top);
  }

  /** The texts of the last frame. */
  get texts(): TextBox[] {
    return this.#placed === null ? [] : textBoxes(this.#placed);
  }

  /**
   * The intervals that the list name at a place of the plot stands for, in the last painted map; null if there is none.
   */
  listedAt(x: number, y: number): PageRange | null {
    if (this.#placed === null) return null;
    const { labels, scene } = this.#placed;
    const inside = (label: Label): boolean => Math.abs(y - label.y) < label.height / 2 && x >= label.x && x < label.x + label.width;
    const label = labels.find((each) => each.isListed && inside(each));
    if (label === undefined) return null;
    const { bounds } = scene.hierarchy.axis.intervals;
    return { startPage: bounds[label.first] ?? 0, endPage: bounds[label.end] ?? 0 };
  }

  paint(scene: Scene, overlay: Overlay): void {
    const pen = this.#pen;
    const { plot, theme } = scene;
    this.clear(theme, plot);
    if (this.#patterns === null) return;
    pen.setTransform(1, 0, 0, 1, 0, plot.top);
    pen.textAlign = 'left';
    pen.textBaseline = 'alphabetic';
    paintBoxes(pen, scene, this.#patterns, this.#batch);
    if (!scene.blending) {
      paintTicks(pen, scene, placeTicks(scene));
      paintPages(pen, scene);
    }
    paintBrackets(pen, scene);
    const labels = placeLabels(scene);
    paintOwnPlates(pen, scene, labels);
    const gutter = placeGutter(scene, labels);
    const addresses = placeAddresses(scene);
    this.#placed = { scene, labels, gutter, addresses };
    clipped(pen, plot, () => {
      paintHits(pen, scene);
      paintHighlights(pen, scene, overlay.highlights);
    });
    paintAlarms(pen, scene, BADGE_WIDTH);
    // Below the texts: a mark a few pixels high would strike out the names there.
    clipped(pen, plot, () => {
      const hover = overlay.hover();
      if (hover !== null) paintOutline(pen, scene, hover, theme.ink, 1);
      if (overlay.selected !== null) paintOutline(pen, scene, overlay.selected, theme.accent, 2);
    });
    paintLabels(pen, scene, labels);
    paintGutter(pen, scene, gutter);
    paintAddresses(pen, scene, addresses);
  }
}

/** Clips to the plot, with a margin of an outline's width. */
function clipped(pen: Pen, plot: Plot, paint: () => void): void {
  const margin = 4 * plot.dpr;
  pen.save();
  pen.beginPath();
  pen.rect(0, -margin, plot.width, plot.height + 2 * margin);
  pen.clip();
  paint();
  pen.restore();
}
