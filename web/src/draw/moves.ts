import type { Axis } from '../axis/axis.ts';
import { type Camera, fit, type Spot } from '../axis/camera.ts';
import { clamp, fitPage, fitRange, lookAt, panBy, spotOf, zoomAt } from '../axis/camera-moves.ts';
import { Projection } from '../axis/projection.ts';
import type { PlotFrame } from './gestures.ts';
import type { CameraMove } from './motion.ts';
import type { Stage } from './stage.ts';

/** CSS px around a range that is zoomed to. */
const RANGE_PADDING = 32;

/**
 * The view of a diagram, and the commands that change it: at once, or by a flight. Heights are CSS px from the top of
 * the canvas.
 */
export class Moves {
  readonly #stage: Stage;
  readonly #frame: PlotFrame;
  readonly #moved: (byPerson: boolean) => void;

  constructor(stage: Stage, frame: PlotFrame, moved: (byPerson: boolean) => void) {
    this.#stage = stage;
    this.#frame = frame;
    this.#moved = moved;
  }

  /** Zooms by a factor (> 1: in) about a height. */
  zoomAt(yPx: number, factor: number, animate = false): void {
    const y = Math.min(this.#frame.height, Math.max(0, this.#frame.toPlot(yPx)));
    this.#move((axis, camera, height) => zoomAt(axis, camera, height, y, factor), animate);
  }

  /** Moves the picture down by CSS px, up when negative. */
  panBy(px: number): void {
    const { dpr } = this.#frame;
    this.#move((axis, camera, height) => panBy(axis, camera, height, px * dpr), false);
  }

  fit(animate: boolean): void {
    this.#move((axis, _, height) => fit(axis, height), animate);
  }

  fitRange(startPage: number, endPage: number, animate: boolean): void {
    this.#move(this.#rangeCamera(startPage, endPage), animate);
  }

  /** True if {@link fitRange} would change nothing: the view is there, or on its way. */
  isFitted(startPage: number, endPage: number): boolean {
    const { hierarchy, goal, height } = this.#stage;
    return hierarchy !== null && isSameView(hierarchy.axis, goal, this.#rangeCamera(startPage, endPage)(hierarchy.axis, goal, height));
  }

  /** Zooms in until one page nearly fills the height. */
  zoomToPage(page: number, animate = true): void {
    this.#move((axis, _, height) => fitPage(axis, page, height, height / 8), animate);
  }

  /** Brings a place to the middle at the current scale. */
  centreOn(page: number, animate: boolean): void {
    this.#move((axis, camera, height) => clamp(axis, { page, fraction: 0.5, y: height / 2, scale: camera.scale }, height), animate);
  }

  /** The current view, or the target of a movement; null at fit. */
  get spot(): Spot | null {
    const { hierarchy, goal, height } = this.#stage;
    return hierarchy === null ? null : spotOf(hierarchy.axis, goal, height);
  }

  /** Goes to a view, possibly an earlier one. */
  look(spot: Spot | null, animate: boolean): void {
    this.#stage.move((axis, _, height) => lookAt(axis, spot, height), animate);
    this.#moved(false);
  }

  #move(change: CameraMove, animate: boolean): void {
    this.#stage.move(change, animate);
    this.#moved(true);
  }

  #rangeCamera(startPage: number, endPage: number): CameraMove {
    const { dpr, height: plot } = this.#frame;
    const padding = Math.min(RANGE_PADDING * dpr, plot / 6);
    return (axis, _, height) => fitRange(axis, startPage, endPage, height, padding);
  }
}

function isSameView(axis: Axis, a: Camera, b: Camera): boolean {
  return Math.abs(a.scale / b.scale - 1) < 1e-9 && Math.abs(new Projection(axis, a).yOf(b.page, b.fraction) - b.y) < 0.01;
}
