import type { Uses } from '@procmap/shared/use/uses.ts';
import { endPage, type Point, startPage } from '../axis/axis.ts';
import type { Camera } from '../axis/camera.ts';
import type { KernelView, Scale, Show } from '../axis/hierarchy.ts';
import type { Classes } from '../colour/classes.ts';
import { Frames } from './frames.ts';
import { FramePainter } from './frame-painter.ts';
import { Gestures } from './gestures.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Band } from './paint/kernel-band.ts';
import { Marks } from './marks.ts';
import { Moves } from './moves.ts';
import { Overview, type OverviewLook } from './overview.ts';
import { Pointer } from './pointer.ts';
import { type DrawnMap, Stage } from './stage.ts';
import type { Still } from './still.ts';
import { Surface } from './surface.ts';
import type { TextBox } from './label/text-boxes.ts';
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
interface DiagramOptions {
  /** Milliseconds spent painting a frame. */
  readonly onFrame?: (frameMs: number) => void;
  /** The view changed: called after the frame that shows it. */
  readonly onView?: () => void;
  /**
   * The user moves the view, directly or by a command; not called for changes caused by new data, nor for {@link
   * Moves.look}.
   */
  readonly onMove?: () => void;
}

/** CSS px: from this height on, an interval is readable without zooming. */
export const READABLE_PX = 18;

export class Diagram {
  readonly #options: DiagramOptions;
  readonly #stage = new Stage();
  readonly #surface: Surface;
  readonly #painter: FramePainter;
  readonly #pointer: Pointer;
  readonly #frames = new Frames((now) => this.#frame(now));
  #map: DrawnMap | null = null;
  #viewChanged = false;
  /** What is selected, filtered and searched for. */
  readonly marks = new Marks(
    () => this.#frames.request(),
    () => this.#changeView(),
  );
  /** Wheel, throw, fingers, held keys. */
  readonly gestures: Gestures;
  /** The position of the view, and commands that change it. */
  readonly moves: Moves;
  /** The whole axis beside the picture. */
  readonly overview: Overview;

  constructor(canvas: HTMLCanvasElement, options: DiagramOptions = {}) {
    this.#options = options;
    this.#surface = new Surface(canvas);
    this.#painter = new FramePainter(this.#stage, this.#surface, this.marks);
    this.#pointer = new Pointer(this.#stage, this.#surface, this.#painter);
    this.gestures = new Gestures(this.#stage, this.#surface, () => this.#moved());
    this.moves = new Moves(this.#stage, this.#surface, (byPerson) => (byPerson ? this.#moved() : this.#changeView()));
    this.overview = new Overview(this.#stage, () => this.#look());
  }

  destroy(): void {
    this.#frames.stop();
  }

  setTheme(theme: Theme): void {
    this.#surface.setTheme(theme);
    this.#painter.restyle();
    this.#frames.request();
  }

  resize(cssWidth: number, cssHeight: number, devicePixelRatio: number): void {
    this.#surface.resize({ width: cssWidth, height: cssHeight, dpr: devicePixelRatio });
    this.#painter.restyle();
    this.#stage.resize(this.#surface.height);
    this.#changeView();
    // Resizing emptied the canvas: paint before the browser shows it.
    this.#frame(performance.now());
  }

  /**
   * Sets new data. The place at the pointer (else the middle) stays; the rest glides for 200 ms with `animate`. After
   * null, the next data start at fit. `resident`: pages of each interval in memory, which heights follow; null: they
   * follow address space.
   */
  setMap(map: DrawnMap | null, classes: Classes | null, resident: Float64Array | null, animate: boolean): void {
    if (map !== null && map === this.#map && classes !== null) {
      // The same map in other colours, or with other heights.
      this.#stage.setClasses(map, classes);
      this.#painter.recolour();
      this.#stage.setResident(resident, READABLE_PX * this.#surface.dpr, this.marks.selected);
      this.#changeView();
      return;
    }
    this.#map = map;
    if (classes?.list !== this.#stage.classes?.list) this.#painter.recolour();
    this.#stage.setMap(map, classes, resident, this.#pointer.eyeY, animate);
    this.#surface.setBits(this.#stage.hierarchy?.axis.intervals.layout.bits);
    this.#changeView();
  }

  /** What the mappings are for, which labels say. `inMemory`: pages of each interval in memory; null: not read. */
  setUses(uses: Uses | null, inMemory: Float64Array | null): void {
    this.#stage.setUses(uses, inMemory);
    this.#frames.request();
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

  /** Keeps the selection in sight, else the middle. */
  setScale(scale: Scale): void {
    if (scale === this.#stage.options.scale) return;
    this.#stage.setScale(scale, READABLE_PX * this.#surface.dpr, this.marks.selected);
    this.#changeView();
  }

  /** With reduced motion, every change is immediate. */
  setReducedMotion(on: boolean): void {
    this.#stage.setStill(on);
    this.#changeView();
  }

  /** `xPx` from the left of the canvas: a name in a list stands for the intervals that it names. */
  setHover(yPx: number | null, xPx: number | null = null): void {
    if (this.#pointer.move(yPx, xPx)) this.#frames.request();
  }

  /** The hit at a height; null outside the canvas, and without a map. */
  hit(yPx: number, xPx: number | null = null): Hit | null {
    return this.#pointer.hit(yPx, xPx);
  }

  pageAt(yPx: number): Point | null {
    return this.#stage.projection?.pointAt(this.#surface.toPlot(yPx)) ?? null;
  }

  /** CSS px from the top of the canvas to a page's first byte, its lower edge. 0 without a map. */
  yOf(page: number): number {
    const { projection } = this.#stage;
    return projection === null ? 0 : (projection.yOf(page) + this.#surface.plot.top) / this.#surface.dpr;
  }

  /** The camera of the last frame, which {@link view} may be ahead of. null before the first frame. */
  get painted(): Camera | null {
    return this.#painter.camera;
  }

  /** Every text of the last frame with its position. */
  get texts(): TextBox[] {
    return this.#painter.texts;
  }

  /** The kernel half as last painted; null where it is out of sight, or cannot be opened and closed. */
  get kernelBand(): Band | null {
    return this.#painter.band;
  }

  /** A movement is under way whose end is not known yet. */
  get travelling(): boolean {
    return this.#stage.drifting;
  }

  /** The pages that are not folded, even if out of sight; null without a map. */
  get shown(): PageRange | null {
    const { hierarchy } = this.#stage;
    return hierarchy === null ? null : { startPage: startPage(hierarchy.axis), endPage: endPage(hierarchy.axis) };
  }

  /** Device px of the plot. */
  get plotHeight(): number {
    return this.#surface.height;
  }

  get heightPx(): number {
    return this.#surface.canvasHeight;
  }

  get view(): View {
    return viewOf(this.#stage, this.#surface.height, this.#surface.dpr);
  }

  /** The view after any movement, for a picture of it; null without a map. `hits`: see {@link Marks.setHits}. */
  still(hits: Uint32Array | null): Still | null {
    const { told: hierarchy, classes, goal } = this.#stage;
    if (hierarchy === null || classes === null) return null;
    const { width, height, dpr } = this.#surface.size;
    const { selected, highlights, pages } = this.marks;
    return { hierarchy, camera: goal, cssWidth: width, cssHeight: height, dpr, classes, hits, selected, highlights, pages, veil: null };
  }

  /** null before a theme is set. */
  #look(): OverviewLook | null {
    const { theme } = this.#surface;
    return theme === null ? null : { theme, fills: this.#painter.fills, hits: this.marks.hits, view: this.view };
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
    if (this.#surface.theme === null) return;
    const begin = performance.now();
    // The time of a frame may lie before the call that requested it: motion must never run backwards.
    this.#painter.paint(Math.max(now, begin), () => {
      this.#pointer.refresh();
      return this.#pointer.range;
    });
    this.#options.onFrame?.(performance.now() - begin);
    if (this.#viewChanged) {
      this.#viewChanged = this.#stage.moving;
      this.#options.onView?.();
    }
    if (this.#stage.moving) this.#frames.request();
  }
}
