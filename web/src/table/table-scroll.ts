/** Browsers limit the height of an element: Firefox to about 17.8 million px, Chromium to 33.5. */
const MAX_PX = 8_000_000;

/**
 * Scroll position of a long table. A million rows are higher than an element may be: beyond the limit, the scroll bar
 * covers a shorter distance, and `top`, in px of the whole table, counts.
 */
export class TableScroll {
  /** Of all rows. */
  readonly wholePx: number;
  /** Of the scrolled element. */
  readonly heightPx: number;
  readonly #viewPx: number;

  constructor(rows: number, rowPx: number, viewPx: number) {
    this.wholePx = rows * rowPx;
    this.heightPx = Math.min(this.wholePx, MAX_PX);
    this.#viewPx = viewPx;
  }

  /** True if the scroll bar's distance is shorter than the table. */
  get scaled(): boolean {
    return this.wholePx > this.heightPx;
  }

  get lastTop(): number {
    return Math.max(0, this.wholePx - this.#viewPx);
  }

  get #lastScroll(): number {
    return Math.max(0, this.heightPx - this.#viewPx);
  }

  clamp(top: number): number {
    return Math.min(this.lastTop, Math.max(0, top));
  }

  /** The position in the whole table for a position of the bar. */
  topOf(scrollTop: number): number {
    return this.scaled ? (scrollTop / this.#lastScroll) * this.lastTop : scrollTop;
  }

  scrollOf(top: number): number {
    return this.scaled ? (top / this.lastTop) * this.#lastScroll : top;
  }
}
