import type { Camera } from '../axis/camera.ts';
import { Rows } from '../axis/rows.ts';
import type { PageRange } from '../regions/page-range.ts';
import { closedShelves } from './paint/blocks.ts';
import { type Fills, fillsOf } from './paint/fills.ts';
import { type Band, bandInSight, kernelBand } from './paint/kernel-band.ts';
import type { Marks } from './marks.ts';
import { Painter } from './painter.ts';
import type { Stage } from './stage.ts';
import type { Surface } from './surface.ts';
import type { TextBox } from './label/text-boxes.ts';

/** Paints frames of a stage: the map and its overlays. */
export class FramePainter {
  readonly #stage: Stage;
  readonly #surface: Surface;
  readonly #marks: Marks;
  readonly #painter: Painter;
  readonly #rows = new Rows();
  /** Rebuilt for each theme and each list of classes. */
  #fills: Fills | null = null;
  #camera: Camera | null = null;
  #band: Band | null = null;

  constructor(stage: Stage, surface: Surface, marks: Marks) {
    this.#stage = stage;
    this.#surface = surface;
    this.#marks = marks;
    this.#painter = new Painter(surface.context);
  }

  /** The camera of the last frame; null before the first one. */
  get camera(): Camera | null {
    return this.#camera;
  }

  /** The kernel half in the last frame; null where it is out of sight, or cannot be opened and closed. */
  get band(): Band | null {
    return this.#band;
  }

  /** Every text of the last frame with its position. */
  get texts(): TextBox[] {
    return this.#painter.texts;
  }

  /** null without a theme or classes. */
  get fills(): Fills | null {
    const { theme } = this.#surface;
    const { classes } = this.#stage;
    return theme === null || classes === null ? null : (this.#fills ??= fillsOf(theme, classes.list));
  }

  /** See {@link Painter.listedAt}. */
  listedAt(x: number, y: number): PageRange | null {
    return this.#painter.listedAt(x, y);
  }

  /** Call after the theme or the pixel ratio changed. */
  restyle(): void {
    this.#fills = null;
    const patterns = this.#surface.makePatterns();
    if (patterns !== null) this.#painter.restyle(patterns);
  }

  /** Call after the list of classes changed. */
  recolour(): void {
    this.#fills = null;
  }

  /** Does nothing without a theme. `hover` is called once all labels are placed. */
  paint(now: number, hover: () => PageRange | null): void {
    const { theme, plot, measure } = this.#surface;
    if (theme === null) return;
    const { told: hierarchy, masks, classes } = this.#stage;
    const places = this.#stage.advance(now);
    const { fills } = this;
    const { hits, pages, selected, highlights } = this.#marks;
    if (hierarchy === null || masks === null || classes === null || fills === null || places === null) {
      this.#painter.clear(theme, plot);
      this.#band = null;
      return;
    }
    const { projection, ruler } = places;
    this.#camera = projection.camera;
    this.#rows.fill(ruler, masks, plot.height);
    this.#band = bandInSight(kernelBand(hierarchy, ruler, plot.height), plot);
    // A filter asks for single mappings.
    const blocks = hits === null ? closedShelves(hierarchy, ruler, this.#rows, plot.height, plot.dpr) : [];
    const map = { hierarchy, ruler, projection, blending: ruler !== projection, rows: this.#rows, blocks };
    this.#painter.paint({ ...map, classes, fills, hits, pages, veil: null, plot, theme, measure }, { hover, selected, highlights });
  }
}
