import type { Point } from '../axis/axis.ts';
import { hold, panBy, zoomAt } from '../axis/camera-moves.ts';
import type { CameraDrive } from './motion.ts';
import type { Stage } from './stage.ts';

/** Between CSS px of the canvas and device px of the plot. */
export interface PlotFrame {
  readonly dpr: number;
  /** Height of the plot, device px. */
  readonly height: number;
  /** Of the whole canvas, CSS px. */
  readonly canvasHeight: number;
  toPlot(yPx: number): number;
}

/** A finger: the place that it took hold of, and where it is, in CSS px. */
export interface Finger {
  readonly point: Point;
  readonly yPx: number;
}

/** A movement that goes on while something is held: what it does in a ms, and at least. */
export interface Pace {
  readonly perMs: number;
  readonly step: number;
}

/** Zooms about a height, in device px of the plot; amounts are logarithms. */
function zooming(y: number): CameraDrive {
  return (log) => (axis, camera, height) => zoomAt(axis, camera, height, y, Math.exp(log));
}

/** Moves the picture down by device px. */
const panning: CameraDrive = (px) => (axis, camera, height) => panBy(axis, camera, height, px);

/** What hands do to the picture, in CSS px of the canvas: wheel, throw, fingers, held keys. All of it at once where motion is not wanted. */
export class Gestures {
  readonly #stage: Stage;
  readonly #frame: PlotFrame;
  readonly #changed: () => void;

  /** `changed` is called after each: the camera moves, or will. */
  constructor(stage: Stage, frame: PlotFrame, changed: () => void) {
    this.#stage = stage;
    this.#frame = frame;
    this.#changed = changed;
  }

  /** Comes closer by e^log about a height, within some frames; a further call adds to what is left. */
  glideZoom(yPx: number, log: number): void {
    this.#stage.glide('zoom', log, zooming(this.#y(yPx)));
    this.#changed();
  }

  /** Moves the picture down by px, within some frames. */
  glidePan(px: number): void {
    this.#stage.glide('pan', px * this.#frame.dpr, panning);
    this.#changed();
  }

  /** Lets go of what was dragged at so many px per ms. */
  coast(pxPerMs: number): void {
    this.#stage.coast(pxPerMs * this.#frame.dpr, panning);
    this.#changed();
  }

  /** Two fingers: what each of them took hold of stays under it, as far as there is something to see so near or so far. */
  pinch(a: Finger, b: Finger): void {
    const [yA, yB] = [this.#frame.toPlot(a.yPx), this.#frame.toPlot(b.yPx)];
    this.#stage.move((axis, camera, height) => hold(axis, camera, height, { point: a.point, y: yA }, { point: b.point, y: yB }), false);
    this.#changed();
  }

  /** Zooms about a height until {@link release} is called with that name; amounts are logarithms. */
  holdZoom(name: string, yPx: number, { perMs, step }: Pace): void {
    this.#stage.hold(name, perMs, step, zooming(this.#y(yPx)));
    this.#changed();
  }

  /** Moves the picture down until {@link release} is called with that name. */
  holdPan(name: string, { perMs, step }: Pace): void {
    const { dpr } = this.#frame;
    this.#stage.hold(name, perMs * dpr, step * dpr, panning);
    this.#changed();
  }

  release(name: string): void {
    this.#stage.release(name);
  }

  /** Stops whatever moves, where it is. */
  halt(): void {
    this.#stage.halt();
  }

  #y(yPx: number): number {
    return Math.min(this.#frame.height, Math.max(0, this.#frame.toPlot(yPx)));
  }
}
