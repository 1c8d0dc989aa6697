import type { TableModel } from './table-model.svelte.ts';
import { TableScroll } from './table-scroll.ts';

/** Extra rows rendered beyond both edges, so that scrolling does not show empty space. */
const SPARE_ROWS = 4;

/** The visible part of the table. Keeps the rows in view in place when the table changes. */
export class TableView {
  readonly rowPx: number;
  readonly #model: TableModel;
  /** The scrolled element, while there is one. */
  #box: HTMLElement | null = null;
  #viewPx = $state(0);
  /** In px of all rows: see TableScroll. */
  #top = $state(0);
  /** The line that stays in place while rows come and go. */
  #anchor: { readonly key: number | string; readonly offsetPx: number } | null = null;
  /** Identifies the arrangement of lines apart from the map; null: none yet. */
  #arrangement: string | null = null;

  constructor(model: TableModel, rowPx: number) {
    this.#model = model;
    this.rowPx = rowPx;
  }

  readonly scroll: TableScroll = $derived.by(() => new TableScroll(this.#model.lines.length, this.rowPx, this.#viewPx));
  /** Scroll position of the box. */
  readonly scrollTop: number = $derived(this.scroll.scrollOf(this.#top));
  /** The rendered lines: [first, last). */
  readonly first: number = $derived.by(() => Math.max(0, Math.floor(this.#top / this.rowPx) - SPARE_ROWS));
  readonly last: number = $derived.by(() => Math.min(this.#model.lines.length, Math.ceil((this.#top + this.#viewPx) / this.rowPx) + SPARE_ROWS));

  get viewPx(): number {
    return this.#viewPx;
  }
  set viewPx(heightPx: number) {
    this.#viewPx = heightPx;
  }
  /** Lines per PageDown. */
  get screen(): number {
    return Math.max(1, Math.floor(this.#viewPx / this.rowPx) - 1);
  }
  /** The topmost fully visible line. */
  get topLine(): number {
    return Math.ceil(this.#top / this.rowPx);
  }

  /** Px from the top of the element in the box. */
  yOf(line: number): number {
    return line * this.rowPx - this.#top + this.scrollTop;
  }

  isWhole(line: number): boolean {
    return line >= 0 && line * this.rowPx >= this.#top && (line + 1) * this.rowPx <= this.#top + this.#viewPx;
  }

  /** Uses the box until the returned function is called. */
  attach(box: HTMLElement): () => void {
    const onwheel = (event: WheelEvent): void => this.#turn(event);
    this.#box = box;
    box.addEventListener('wheel', onwheel, { passive: false });
    return () => {
      this.#box = null;
      box.removeEventListener('wheel', onwheel);
    };
  }

  /** The box was scrolled. For our own scrolling, our value is more exact than the box's. */
  scrolled(): void {
    const at = this.#box?.scrollTop ?? 0;
    if (Math.abs(at - this.scrollTop) > 1) this.#top = this.scroll.clamp(this.scroll.topOf(at));
  }

  scrollTo(top: number): void {
    this.#top = this.scroll.clamp(top);
    if (this.#box !== null && Math.abs(this.#box.scrollTop - this.scrollTop) > 0.5) this.#box.scrollTop = this.scrollTop;
  }

  /** Scrolls the box to the current position, once the rows exist. */
  sync(): void {
    this.scrollTo(this.#top);
  }

  /** Scrolls a line into view with as little movement as possible. */
  reveal(line: number): void {
    if (line < 0 || this.isWhole(line)) return;
    const isAbove = line * this.rowPx < this.#top;
    this.scrollTo(isAbove ? line * this.rowPx : (line + 1) * this.rowPx - this.#viewPx);
  }

  /** Brings a line to the middle unless it is visible. */
  centre(line: number): void {
    if (!this.isWhole(line)) this.scrollTo(line * this.rowPx - this.#viewPx / 2 + this.rowPx);
  }

  /**
   * Takes new lines before they are drawn. With the same arrangement the anchor stays in place; another one starts at
   * the top, or with the line to be seen.
   */
  settle(arrangement: string, seen: number): void {
    const { scroll } = this;
    if (arrangement !== this.#arrangement) {
      const isFirst = this.#arrangement === null;
      this.#arrangement = arrangement;
      this.#top = isFirst || seen < 0 ? 0 : scroll.clamp(seen * this.rowPx - this.#viewPx / 2);
      return;
    }
    const line = this.#anchor === null ? -1 : this.#model.lineOf(this.#anchor.key);
    this.#top = scroll.clamp(line < 0 ? this.#top : line * this.rowPx - (this.#anchor?.offsetPx ?? 0));
  }

  /** Remembers the line to keep in place: the active one if visible, else the topmost. */
  hold(): void {
    const { activeLine } = this.#model;
    const line = this.isWhole(activeLine) ? activeLine : Math.floor(this.#top / this.rowPx);
    const key = this.#model.keyOf(line);
    // At the very top, new lines above should become visible.
    this.#anchor = key === null || (this.#top === 0 && line !== activeLine) ? null : { key, offsetPx: line * this.rowPx - this.#top };
  }

  /** With a bar shorter than the table, a turn of the wheel would skip hundreds of rows. */
  #turn(event: WheelEvent): void {
    if (!this.scroll.scaled || event.ctrlKey || event.deltaY === 0) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? this.rowPx : event.deltaMode === WheelEvent.DOM_DELTA_PAGE ? this.#viewPx : 1;
    this.scrollTo(this.#top + event.deltaY * unit);
  }
}
