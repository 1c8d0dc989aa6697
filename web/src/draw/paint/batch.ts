import type { Pen } from './pen.ts';

/**
 * Rectangles by style: collected in any order and painted style by style, because changing the fill is expensive.
 * Reused between frames.
 */
export class RectBatch {
  /** [x, y, width, height] one after another, for each style. */
  readonly #rects: Float64Array[] = [];
  readonly #lengths: number[] = [];

  add(style: number, x: number, y: number, width: number, height: number): void {
    if (width <= 0 || height <= 0) return;
    let rects = this.#rects[style];
    const at = this.#lengths[style] ?? 0;
    if (rects === undefined || at + 4 > rects.length) {
      const larger = new Float64Array(Math.max(256, at * 2));
      if (rects !== undefined) larger.set(rects);
      this.#rects[style] = rects = larger;
    }
    rects[at] = x;
    rects[at + 1] = y;
    rects[at + 2] = width;
    rects[at + 3] = height;
    this.#lengths[style] = at + 4;
  }

  /** Paints in ascending order of style, and empties the batch. */
  paint(pen: Pen, styleOf: (style: number) => string | CanvasPattern): void {
    this.#rects.forEach((rects, style) => {
      const length = this.#lengths[style] ?? 0;
      if (length === 0) return;
      pen.fillStyle = styleOf(style);
      for (let i = 0; i < length; i += 4) pen.fillRect(rects[i] ?? 0, rects[i + 1] ?? 0, rects[i + 2] ?? 0, rects[i + 3] ?? 0);
      this.#lengths[style] = 0;
    });
  }
}
