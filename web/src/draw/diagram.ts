import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import { endPage, type Point, startPage } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { KernelView, Scale, Show } from '../axis/hierarchy.ts';
import { Rows } from '../axis/rows.ts';
import type { Classes } from '../colour/classes.ts';
import { type Fills, fillsOf } from './paint/fills.ts';
import { Frames } from './frames.ts';
import { Gestures, type PlotFrame } from './gestures.ts';
import { Hits } from './paint/hits.ts';
import type { PageRange } from '../regions/page-range.ts';
import { type Band, bandInSight, kernelBand } from './paint/kernel-band.ts';
import { Moves } from './moves.ts';
import { Overview } from './overview.ts';
import { Painter } from './painter.ts';
import { makePatterns } from './paint/patterns.ts';
import { layOut, type Plot } from './paint/plot.ts';
import { Pointer } from './pointer.ts';
import { type DrawnMap, Stage } from './stage.ts';
import type { Still } from './still.ts';
import type { TextBox } from './label/text-boxes.ts';
import { TextWidths } from './paint/text.ts';
import type { Theme } from './paint/theme.ts';
import { type Hit, type View, viewOf } from './view.ts';

/**
 * The picture of one address space on a canvas. Heights in this interface are CSS px from the canvas' top:
 *
 *    canvas (CSS px)         plot (device px)            axis (weight)           pages
 *    0 ┌───────────┐
 *      │   inset   │        0 ┌───────────┐       ···    total ┌────────┐   2^52
 *    y │· · · · · ·│──×dpr──> │· · · · · ·│ ──camera────────>  │· · · · │ ──intervals──> page, fraction
 *      │   inset   │   height └───────────┘       ···        0 └────────┘   0
 *      └───────────┘
 *
 * Pure state in, pixels out: it asks for one animation frame when something changed, and for none when nothing did.
 */
export interface DiagramOptions {
  /** Milliseconds that painting a frame took. */
  readonly onFrame?: (frameMs: number) => void;
  /** The view changed: after the frame that shows it. */
  readonly onView?: () => void;
  /** Somebody moves the view, or has it moved; not called for what new data do to it, nor for {@link Moves.look}. */
  readonly onMove?: () => void;
}

/** CSS px: what shows at least so high needs no zoom to be seen. */
export const READABLE_PX = 18;

export class Diagram {
  readonly #canvas: HTMLCanvasElement;
  readonly #painter: Painter;
  readonly #widths: TextWidths;
  readonly #stage = new Stage();
  readonly #rows = new Rows();
  readonly #options: DiagramOptions;
  #size = { width: 300, height: 150, dpr: 1 };
  #plot: Plot;
  #theme: Theme | null = null;
  readonly #pointer: Pointer;
  #selected: PageRange | null = null;
  #highlights: readonly PageRange[] = [];
  #map: DrawnMap | null = null;
  /** Made anew with each theme and each list of classes. */
  #fills: Fills | null = null;
  #hits: Hits | null = null;
  #pages: PageStates | null = null;
  readonly #frames = new Frames((now) => this.#frame(now));
  #viewChanged = false;
  #painted: Camera | null = null;
  #band: Band | null = null;
  /** Wheel, throw, fingers, held keys. */
  readonly gestures = new Gestures(
    this.#stage,
    () => this.#ground,
    () => this.#moved(),
  );

  /** The whole axis beside the picture. */
  readonly overview = new Overview(this.#stage, () =>
    this.#theme === null ? null : { theme: this.#theme, fills: this.#fillsIn(this.#theme), hits: this.#hits, view: this.view },
  );

  /** Where the view is, and where it is sent. */
  readonly moves = new Moves(
    this.#stage,
    () => this.#ground,
    (byPerson) => {
      if (byPerson) this.#moved();
      else this.#changeView();
    },
  );

  constructor(canvas: HTMLCanvasElement, options: DiagramOptions = {}) {
    // Opaque: nothing shines through, and text keeps its subpixel rendering.
    const context = canvas.getContext('2d', { alpha: false });
    if (context === null) throw new Error('this browser has no 2D canvas');
    this.#canvas = canvas;
    this.#options = options;
    this.#painter = new Painter(context);
    this.#pointer = new Pointer(
      this.#stage,
      () => this.#ground,
      (x, y) => this.#painter.listedAt(x, y),
    );
    this.#widths = new TextWidths(context);
    this.#plot = this.#layOut();
  }

  destroy(): void {
    this.#frames.stop();
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
    this.#widths.clear();
    this.#painter.restyle(makePatterns(theme, this.#size.dpr));
    this.#fills = null;
    this.#plot = this.#layOut();
    this.#frames.request();
  }

  resize(cssWidth: number, cssHeight: number, devicePixelRatio: number): void {
    this.#size = { width: cssWidth, height: cssHeight, dpr: devicePixelRatio };
    this.#canvas.width = Math.max(1, Math.round(cssWidth * devicePixelRatio));
    this.#canvas.height = Math.max(1, Math.round(cssHeight * devicePixelRatio));
    if (this.#theme !== null) this.#painter.restyle(makePatterns(this.#theme, devicePixelRatio));
    this.#plot = this.#layOut();
    this.#stage.resize(this.#plot.height);
    this.#changeView();
    // The canvas was emptied by its new size: paint before the browser shows it.
    this.#frame(performance.now());
  }

  /** New data. What is under the eye (the pointer, else the middle) stays in place; the rest glides for 200 ms when `animate`. After null, the next data begin at fit. */
  setMap(map: DrawnMap | null, classes: Classes | null, animate: boolean): void {
    if (map !== null && map === this.#map && classes !== null) {
      // The same map in other colours.
      this.#stage.setClasses(map, classes);
      this.#fills = null;
      this.#changeView();
      return;
    }
    this.#map = map;
    if (classes?.list !== this.#stage.classes?.list) this.#fills = null;
    const bits = this.#bits;
    this.#stage.setMap(map, classes, this.#pointer.eyeY, animate);
    if (this.#bits !== bits) this.#plot = this.#layOut();
    this.#changeView();
  }

  setShow(show: Show): void {
    if (show === this.#stage.options.show) return;
    this.#stage.setShow(show, this.#pointer.eyeY);
    this.#changeView();
  }

  setKernel(kernel: KernelView): void {
    if (kernel === this.#stage.options.kernel) return;
    this.#stage.setKernel(kernel, this.#pointer.eyeY);
    this.#changeView();
  }

  /** Keeps in sight what is selected, or what is in the middle. */
  setScale(scale: Scale): void {
    if (scale === this.#stage.options.scale) return;
    this.#stage.setScale(scale, READABLE_PX * this.#size.dpr, this.#selected);
    this.#changeView();
  }

  /** With reduced motion, everything is there at once. */
  setReducedMotion(on: boolean): void {
    this.#stage.setStill(on);
    this.#changeView();
  }

  /** `xPx` from the canvas' left: a name in a list stands for what it names. */
  setHover(yPx: number | null, xPx: number | null = null): void {
    if (this.#pointer.move(yPx, xPx)) this.#frames.request();
  }

  select(range: PageRange | null): void {
    this.#selected = range;
    this.#frames.request();
  }

  /** What a filter lets through: indexes of intervals of the map, descending; everything else is faded. null without a filter. */
  setHits(descending: Uint32Array | null): void {
    this.#hits = descending === null ? null : new Hits(descending);
    this.#changeView();
  }

  /** What is known of single pages: drawn in their mappings where these are high enough. */
  setPageStates(pages: PageStates | null): void {
    this.#pages = pages;
    this.#frames.request();
  }

  /** Ranges to mark: addresses that were searched for. */
  setHighlight(ranges: readonly PageRange[]): void {
    this.#highlights = ranges;
    this.#frames.request();
  }

  /** What is at a height; null outside of the canvas, and without a map. */
  hit(yPx: number, xPx: number | null = null): Hit | null {
    return this.#pointer.hit(yPx, xPx);
  }

  pageAt(yPx: number): Point | null {
    return this.#stage.projection?.pointAt(this.#toPlot(yPx)) ?? null;
  }

  /** CSS px from the canvas' top of a page's first byte: its lower edge. 0 without a map. */
  yOf(page: number): number {
    const { projection } = this.#stage;
    return projection === null ? 0 : (projection.yOf(page) + this.#plot.top) / this.#size.dpr;
  }

  /** The camera of the last frame: {@link view} is ahead of it. null before the first one. */
  get painted(): Camera | null {
    return this.#painted;
  }

  /** Every text of the last frame, and where it stands. */
  get texts(): TextBox[] {
    return this.#painter.texts;
  }

  /** The kernel half as it was painted last; null where it is out of sight, or cannot be opened and closed. */
  get kernelBand(): Band | null {
    return this.#band;
  }

  /** Something moves the view, and only its end will tell whereto. */
  get travelling(): boolean {
    return this.#stage.drifting;
  }

  /** The pages that are not folded away, also those out of sight; null without a map. */
  get shown(): PageRange | null {
    const { hierarchy } = this.#stage;
    return hierarchy === null ? null : { startPage: startPage(hierarchy.axis), endPage: endPage(hierarchy.axis) };
  }

  /** Device px of the plot. */
  get plotHeight(): number {
    return this.#plot.height;
  }

  get heightPx(): number {
    return this.#size.height;
  }

  get view(): View {
    return viewOf(this.#stage, this.#plot.height, this.#size.dpr);
  }

  /** The view as it will stand, for a picture of it; null without a map. `hits`: see {@link setHits}. */
  still(hits: Uint32Array | null): Still | null {
    const { hierarchy, classes, goal } = this.#stage;
    if (hierarchy === null || classes === null) return null;
    const { width, height, dpr } = this.#size;
    const marks = { selected: this.#selected, highlights: this.#highlights, pages: this.#pages };
    return { hierarchy, camera: goal, cssWidth: width, cssHeight: height, dpr, classes, hits, ...marks, veil: null };
  }

  get #bits(): number | undefined {
    return this.#stage.hierarchy?.axis.intervals.layout.bits;
  }

  /** null without classes. */
  #fillsIn(theme: Theme): Fills | null {
    const { classes } = this.#stage;
    return classes === null ? null : (this.#fills ??= fillsOf(theme, classes.list));
  }

  #layOut(): Plot {
    const { width, height, dpr } = this.#size;
    const longest = '0'.repeat(this.#bits === 32 ? 9 : 17);
    return layOut(width, height, dpr, (fontPx) => this.#widths.measure(longest, `${fontPx}px ${this.#theme?.fontMono ?? 'monospace'}`));
  }

  get #ground(): PlotFrame {
    return { dpr: this.#size.dpr, height: this.#plot.height, canvasHeight: this.#size.height, toPlot: (yPx) => this.#toPlot(yPx) };
  }

  #toPlot(yPx: number): number {
    return yPx * this.#size.dpr - this.#plot.top;
  }

  #moved(): void {
    this.#options.onMove?.();
    this.#changeView();
  }

  #changeView(): void {
    this.#viewChanged = true;
    this.#frames.request();
  }

  #frame(now: number): void {
    if (this.#theme === null) return;
    const begin = performance.now();
    // A frame's own time may lie before the call that asked for it: motion never runs backwards.
    this.#paint(this.#theme, Math.max(now, begin));
    this.#options.onFrame?.(performance.now() - begin);
    if (this.#viewChanged) {
      this.#viewChanged = this.#stage.moving;
      this.#options.onView?.();
    }
    if (this.#stage.moving) this.#frames.request();
  }

  #paint(theme: Theme, now: number): void {
    const { hierarchy, masks, classes } = this.#stage;
    const places = this.#stage.advance(now);
    const fills = this.#fillsIn(theme);
    if (hierarchy === null || masks === null || classes === null || fills === null || places === null) {
      this.#painter.clear(theme, this.#plot);
      this.#band = null;
      return;
    }
    const { projection, ruler } = places;
    this.#painted = projection.camera;
    this.#rows.fill(ruler, masks, this.#plot.height);
    this.#band = bandInSight(kernelBand(hierarchy, ruler, this.#plot.height), this.#plot);
    const hover = (): PageRange | null => {
      this.#pointer.refresh();
      return this.#pointer.range;
    };
    const scene = {
      hierarchy,
      ruler,
      projection,
      blending: ruler !== projection,
      rows: this.#rows,
      classes,
      fills,
      hits: this.#hits,
      pages: this.#pages,
      veil: null,
    };
    this.#painter.paint(
      { ...scene, plot: this.#plot, theme, measure: this.#widths.measure },
      { hover, selected: this.#selected, highlights: this.#highlights },
    );
  }
}
