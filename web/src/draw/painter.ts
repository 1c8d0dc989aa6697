import { placeAddresses, paintAddresses } from './addresses.ts';
import { RectBatch } from './batch.ts';
import { paintBoxes } from './boxes.ts';
import { paintBrackets, paintGutter, placeGutter } from './gutter.ts';
import { BADGE_WIDTH, paintLabels, paintOwnPlates, placeLabels } from './labels.ts';
import { type PageRange, paintAlarms, paintHighlights, paintOutline } from './marks.ts';
import { makePatterns, type Patterns } from './patterns.ts';
import type { Plot } from './plot.ts';
import type { Scene } from './scene.ts';
import type { Theme } from './theme.ts';
import { paintTicks, placeTicks } from './ticks.ts';

/** What is laid over the map: where the pointer is, what is picked, what was searched for. */
export interface Overlay {
  readonly hover: PageRange | null;
  readonly selected: PageRange | null;
  readonly highlights: readonly PageRange[];
}

/** Paints a scene in one pass, from the back to the front: background, boxes, hairlines, marks, labels, addresses, outlines. */
export class Painter {
  readonly #context: CanvasRenderingContext2D;
  readonly #batch = new RectBatch();
  #patterns: Patterns | null = null;

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context;
  }

  /** Call after the theme or the pixel ratio changed. */
  restyle(theme: Theme, dpr: number): void {
    this.#patterns = makePatterns(theme, dpr);
  }

  clear(theme: Theme): void {
    const { canvas } = this.#context;
    this.#context.setTransform(1, 0, 0, 1, 0, 0);
    this.#context.globalAlpha = 1;
    this.#context.fillStyle = theme.surface;
    this.#context.fillRect(0, 0, canvas.width, canvas.height);
  }

  paint(scene: Scene, overlay: Overlay): void {
    const context = this.#context;
    const { plot, theme } = scene;
    this.clear(theme);
    if (this.#patterns === null) return;
    context.setTransform(1, 0, 0, 1, 0, plot.top);
    context.textAlign = 'left';
    context.textBaseline = 'alphabetic';
    paintBoxes(context, scene, this.#patterns, this.#batch);
    if (!scene.blending) paintTicks(context, scene, placeTicks(scene));
    paintBrackets(context, scene);
    const labels = placeLabels(scene);
    paintOwnPlates(context, scene, labels);
    clipped(context, plot, () => {
      paintHighlights(context, scene, overlay.highlights);
    });
    paintAlarms(context, scene, BADGE_WIDTH);
    paintLabels(context, scene, labels);
    paintGutter(context, scene, placeGutter(scene));
    paintAddresses(context, scene, placeAddresses(scene));
    clipped(context, plot, () => {
      if (overlay.hover !== null) paintOutline(context, scene, overlay.hover, theme.ink, 1);
      if (overlay.selected !== null) paintOutline(context, scene, overlay.selected, theme.accent, 2);
    });
  }
}

/** Outlines end at the plot, give or take their own width. */
function clipped(context: CanvasRenderingContext2D, plot: Plot, paint: () => void): void {
  const margin = 4 * plot.dpr;
  context.save();
  context.beginPath();
  context.rect(0, -margin, plot.width, plot.height + 2 * margin);
  context.clip();
  paint();
  context.restore();
}
