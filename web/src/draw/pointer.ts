import { intervalAt } from '@procmap/shared/intervals.ts';
import type { PlotFrame } from './gestures.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Stage } from './stage.ts';
import { type Hit, hitAt } from './view.ts';

/** The names of the last frame. */
interface Names {
  /** What the one at a place, in device px of the plot, stands for where it stands in a list. */
  listedAt(x: number, y: number): PageRange | null;
}

/** The pointer over the canvas, and what lies under it. CSS px from the canvas' top left. */
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

  /** `y` null: it is elsewhere; `x` null: in no list. True when something else is under it than before. */
  move(y: number | null, x: number | null): boolean {
    this.#y = y;
    this.#x = x;
    return this.refresh();
  }

  /** Looks anew at what is under it; true when it is something else than before. */
  refresh(): boolean {
    const interval = this.#y === null ? -1 : (this.hit(this.#y, this.#x)?.interval ?? -1);
    const changed = interval !== this.#interval;
    this.#interval = interval;
    return changed;
  }

  /** What is under it; null: nothing. */
  get range(): PageRange | null {
    const bounds = this.#stage.hierarchy?.axis.intervals.bounds;
    return bounds === undefined || this.#interval < 0 ? null : { startPage: bounds[this.#interval] ?? 0, endPage: bounds[this.#interval + 1] ?? 0 };
  }

  /** Where the eye is taken to be, device px of the plot: at the pointer, else in the middle. */
  get eyeY(): number {
    const { height } = this.#frame;
    const y = this.#y === null ? -1 : this.#frame.toPlot(this.#y);
    return y >= 0 && y <= height ? y : height / 2;
  }

  /** What is at a place; null above and below the plot's canvas, and without a map. */
  hit(y: number, x: number | null): Hit | null {
    const { projection } = this.#stage;
    const { height, canvasHeight } = this.#frame;
    if (projection === null || y < 0 || y > canvasHeight) return null;
    return (x === null ? null : this.#listed(x, y)) ?? hitAt(projection, this.#frame.toPlot(y), height);
  }

  /** By the names of the last frame, whose map may be the one before. */
  #listed(x: number, y: number): Hit | null {
    const { hierarchy } = this.#stage;
    const listed = this.#names.listedAt(x * this.#frame.dpr, this.#frame.toPlot(y));
    if (listed === null || hierarchy === null) return null;
    return { interval: intervalAt(hierarchy.axis.intervals, listed.startPage), page: listed.startPage, fraction: 0, listed };
  }
}
