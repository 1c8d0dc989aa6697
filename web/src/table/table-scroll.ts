/** Browsers limit how high an element may be: Firefox to some 17.8 million px, Chromium to 33.5. */
const MAX_PX = 8_000_000;

/**
 * Where a long table is scrolled to. A million rows are higher than an element may be: beyond that, the scroll bar runs over a shorter way, and `top`, in px of
 * the whole table, is what counts.
 */
export class TableScroll {
  /** Of all rows. */
  readonly wholePx: number;
  /** Of the element that is scrolled. */
  readonly heightPx: number;
  readonly #viewPx: number;

  constructor(rows: number, rowPx: number, viewPx: number) {
    this.wholePx = rows * rowPx;
    this.heightPx = Math.min(this.wholePx, MAX_PX);
    this.#viewPx = viewPx;
  }

  /** True where the bar's way is shorter than the table. */
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

  /** The place in the whole table for the bar's. */
  topOf(scrollTop: number): number {
    return this.scaled ? (scrollTop / this.#lastScroll) * this.lastTop : scrollTop;
  }

  scrollOf(top: number): number {
    return this.scaled ? (top / this.lastTop) * this.#lastScroll : top;
  }
}
