import type { Point } from '../axis/axis.ts';
import { hold, panBy, zoomAt } from '../axis/camera-moves.ts';
import type { CameraDrive } from './motion.ts';
import type { Stage } from './stage.ts';

/** Converts between CSS px of the canvas and device px of the plot. */
export interface PlotFrame {
  readonly dpr: number;
  /** Height of the plot, device px. */
  readonly height: number;
  /** Height of the whole canvas, CSS px. */
  readonly canvasHeight: number;
  toPlot(yPx: number): number;
}

/** A finger: the place that it grabbed, and its position in CSS px. */
export interface Finger {
  readonly point: Point;
  readonly yPx: number;
}

/** The pace of a held movement: amount per ms, and minimum step. */
interface Pace {
  readonly perMs: number;
  readonly step: number;
}

/** Zooms about a height in device px of the plot; amounts are logarithms. */
function zooming(y: number): CameraDrive {
  return (log) => (axis, camera, height) => zoomAt(axis, camera, height, y, Math.exp(log));
}

/** Moves the picture down by device px. */
const panning: CameraDrive = (px) => (axis, camera, height) => panBy(axis, camera, height, px);

/**
 * Direct manipulation of the picture, in CSS px of the canvas: wheel, throw, fingers, held keys. Immediate with reduced
 * motion.
 */
export class Gestures {
  readonly #stage: Stage;
  readonly #frame: PlotFrame;
  readonly #changed: () => void;

  /** `changed` is called after each: the camera has moved, or will. */
  constructor(stage: Stage, frame: PlotFrame, changed: () => void) {
    this.#stage = stage;
    this.#frame = frame;
    this.#changed = changed;
  }

  /** Zooms in by e^log about a height, over several frames; further calls add to the remaining amount. */
  glideZoom(yPx: number, log: number): void {
    this.#stage.glide('zoom', log, zooming(this.#y(yPx)));
    this.#changed();
  }

  /** Moves the picture down by px, over several frames. */
  glidePan(px: number): void {
    this.#stage.glide('pan', px * this.#frame.dpr, panning);
    this.#changed();
  }

  /** Releases a drag at this speed in px per ms. */
  coast(pxPerMs: number): void {
    this.#stage.coast(pxPerMs * this.#frame.dpr, panning);
    this.#changed();
  }

  /** Two fingers: the place that each grabbed stays under it, within the limits of the zoom. */
  pinch(a: Finger, b: Finger): void {
    const [yA, yB] = [this.#frame.toPlot(a.yPx), this.#frame.toPlot(b.yPx)];
    this.#stage.move((axis, camera, height) => hold(axis, camera, height, { point: a.point, y: yA }, { point: b.point, y: yB }), false);
    this.#changed();
  }

  /** Zooms about a height until {@link release} is called with the same name; amounts are logarithms. */
  holdZoom(name: string, yPx: number, { perMs, step }: Pace): void {
    this.#stage.hold(name, perMs, step, zooming(this.#y(yPx)));
    this.#changed();
  }

  /** Moves the picture down until {@link release} is called with the same name. */
  holdPan(name: string, { perMs, step }: Pace): void {
    const { dpr } = this.#frame;
    this.#stage.hold(name, perMs * dpr, step * dpr, panning);
    this.#changed();
  }

  release(name: string): void {
    this.#stage.release(name);
  }

  /** Stops every movement where it is. */
  halt(): void {
    this.#stage.halt();
  }

  #y(yPx: number): number {
    return Math.min(this.#frame.height, Math.max(0, this.#frame.toPlot(yPx)));
  }
}
