import { intervalAt } from '@procmap/shared/intervals.ts';
import type { PlotFrame } from './gestures.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Stage } from './stage.ts';
import { type Hit, hitAt } from './view.ts';

/** The names painted in the last frame. */
interface Names {
  /** The intervals that a list name at a place stands for, in device px of the plot. */
  listedAt(x: number, y: number): PageRange | null;
}

/** The pointer over the canvas, and the hit under it. CSS px from the top left of the canvas. */
export class Pointer {
  readonly #stage: Stage;
  readonly #frame: PlotFrame;
  readonly #names: Names;
  #y: number | null = null;
  #x: number | null = null;
  #interval = -1;

  constructor(stage: Stage, frame: PlotFrame, names: Names) {
    this.#stage = stage;
    this.#frame = frame;
    this.#names = names;
  }

  /** `y` null: the pointer is elsewhere; `x` null: not in a list. Returns whether the hit under it changed. */
  move(y: number | null, x: number | null): boolean {
    this.#y = y;
    this.#x = x;
    return this.refresh();
  }

  /** Looks up the hit under the pointer again; returns whether it changed. */
  refresh(): boolean {
    const interval = this.#y === null ? -1 : (this.hit(this.#y, this.#x)?.interval ?? -1);
    const changed = interval !== this.#interval;
    this.#interval = interval;
    return changed;
  }

  /** The range under the pointer; null: none. */
  get range(): PageRange | null {
    const bounds = this.#stage.hierarchy?.axis.intervals.bounds;
    return bounds === undefined || this.#interval < 0 ? null : { startPage: bounds[this.#interval] ?? 0, endPage: bounds[this.#interval + 1] ?? 0 };
  }

  /** The assumed point of attention, device px of the plot: the pointer, else the middle. */
  get eyeY(): number {
    const { height } = this.#frame;
    const y = this.#y === null ? -1 : this.#frame.toPlot(this.#y);
    return y >= 0 && y <= height ? y : height / 2;
  }

  /** The hit at a place; null above and below the plot's canvas, and without a map. */
  hit(y: number, x: number | null): Hit | null {
    const { projection } = this.#stage;
    const { height, canvasHeight } = this.#frame;
    if (projection === null || y < 0 || y > canvasHeight) return null;
    return (x === null ? null : this.#listed(x, y)) ?? hitAt(projection, this.#frame.toPlot(y), height);
  }

  /** Uses the names of the last frame, whose map may be the previous one. */
  #listed(x: number, y: number): Hit | null {
    const { hierarchy } = this.#stage;
    const listed = this.#names.listedAt(x * this.#frame.dpr, this.#frame.toPlot(y));
    if (listed === null || hierarchy === null) return null;
    return { interval: intervalAt(hierarchy.axis.intervals, listed.startPage), page: listed.startPage, fraction: 0, listed };
  }
}
