import { type Diagram, READABLE_PX } from '../draw/diagram.ts';
import { pagesOf, type Search } from './search.svelte.ts';
import type { PageRange, Selection } from './selection.svelte.ts';
import type { Settings } from './settings.svelte.ts';
import type { Watch } from './watch.svelte.ts';

/** How much of its surroundings is shown with a thing that is gone to: intervals on either side, and their size. */
const NEIGHBOURS = 3;
const NEIGHBOUR_PAGES = 2 ** 18;
const ZOOM_STEP = 1.6;
const PAN_PART = 0.15;

/** Moves about the diagram: what buttons, keys and the search box ask for. Does nothing while there is no diagram or no map. */
export class Navigation {
  readonly #watch: Watch;
  readonly #selection: Selection;
  readonly #search: Search;
  readonly #settings: Settings;
  #diagram = $state.raw<Diagram | null>(null);
  /** Of the diagram, to export it. */
  #canvas: HTMLCanvasElement | null = null;
  #heightPx = 0;
  /** The last address that was gone to: a second Enter goes all the way down to its page. */
  #lastPage: number | null = null;
  /** First page of the region of the kernel of which a piece was found last. */
  #lastRegion: number | null = null;

  constructor(watch: Watch, selection: Selection, search: Search, settings: Settings) {
    this.#watch = watch;
    this.#selection = selection;
    this.#search = search;
    this.#settings = settings;
  }

  get diagram(): Diagram | null {
    return this.#diagram;
  }

  get canvas(): HTMLCanvasElement | null {
    return this.#canvas;
  }

  attach(diagram: Diagram | null, canvas: HTMLCanvasElement | null): void {
    this.#canvas = canvas;
    this.#diagram = diagram;
  }

  resized(heightPx: number): void {
    this.#heightPx = heightPx;
  }

  fit(): void {
    this.#diagram?.fit(this.#animate);
  }

  zoom(direction: 1 | -1, yPx = this.#focusY()): void {
    this.#diagram?.zoomAt(yPx, direction > 0 ? ZOOM_STEP : 1 / ZOOM_STEP, this.#animate);
  }

  /** `direction` 1 looks at lower addresses (down), -1 at higher ones. */
  pan(direction: 1 | -1, part = PAN_PART): void {
    this.#diagram?.panBy(-direction * part * this.#heightPx);
  }

  zoomTo(range: PageRange): void {
    this.#unfold(range);
    this.#diagram?.fitRange(range.startPage, range.endPage, this.#animate);
  }

  /** Fits what is pinned, else what the pointer is over. */
  zoomToCurrent(): void {
    const details = this.#selection.pinnedDetails ?? this.#selection.hovered;
    if (details !== null) this.zoomTo(details);
  }

  /** Shows both halves where one is folded away that a range lies in, or reaches into. */
  #unfold(range: PageRange): void {
    if (this.#diagram === null || this.#isShown(range)) return;
    this.#settings.show = 'both';
    // The view would tell the diagram, but later: one goes there now.
    this.#diagram.setShow('both');
  }

  #isShown({ startPage, endPage }: PageRange): boolean {
    const shown = this.#diagram?.shown ?? null;
    return shown !== null && startPage >= shown.startPage && endPage <= shown.endPage;
  }

  /** Pins the interval and brings it into view, with as little movement as will do. */
  show(index: number): void {
    const range = this.#selection.pinIndex(index);
    const diagram = this.#diagram;
    if (range === null || diagram === null) return;
    this.#unfold(range);
    const top = diagram.yOf(range.endPage);
    const bottom = diagram.yOf(range.startPage);
    if (bottom - top >= READABLE_PX && top >= 0 && bottom <= this.#heightPx) return;
    this.zoomTo(this.#around(index));
  }

  /** An interval and its neighbours, but for those that are far larger: it should be seen where it lies. */
  #around(index: number): PageRange {
    const intervals = this.#watch.intervals;
    const bounds = intervals?.bounds ?? [];
    const startPage = bounds[index] ?? 0;
    const endPage = bounds[index + 1] ?? 0;
    const most = Math.max(NEIGHBOUR_PAGES, 64 * (endPage - startPage));
    let first = index;
    let last = index;
    while (first > 0 && index - first < NEIGHBOURS && (bounds[first] ?? 0) - (bounds[first - 1] ?? 0) <= most) first--;
    while (last + 2 < bounds.length && last - index < NEIGHBOURS && (bounds[last + 2] ?? 0) - (bounds[last + 1] ?? 0) <= most) last++;
    return { startPage: bounds[first] ?? startPage, endPage: bounds[last + 1] ?? endPage };
  }

  /** The neighbour on the page: -1 above (higher addresses), 1 below. */
  step(direction: 1 | -1): void {
    const intervals = this.#watch.intervals;
    if (intervals === null) return;
    const { pinnedIndex, hoverIndex } = this.#selection;
    const from = pinnedIndex >= 0 ? pinnedIndex : hoverIndex;
    const next = from < 0 ? this.#edge(direction) : from - direction;
    if (next >= 0 && next < intervals.length) this.show(next);
  }

  /** Where steps begin: the highest interval that is shown for those downwards, else the lowest. */
  #edge(direction: 1 | -1): number {
    const shown = this.#diagram?.shown ?? null;
    return shown === null ? -1 : this.#selection.indexOf(direction > 0 ? shown.endPage - 1 : shown.startPage);
  }

  /** What Enter in the search box does: on to the next hit, or to the address. */
  searchNext(direction: 1 | -1): void {
    if (this.#search.query.type === 'address') {
      this.#goToLocated();
      return;
    }
    const isFirst = this.#search.position < 0;
    const index = this.#search.move(direction);
    if (index < 0) return;
    const region = this.#search.regionOf(index);
    const isNew = region !== null && (isFirst || region.startPage !== this.#lastRegion);
    this.#lastRegion = region?.startPage ?? null;
    // Of a region of the kernel that was asked for first the whole, and then its pieces.
    if (isNew && this.#selection.pinIndex(index) !== null) this.zoomTo(region);
    else this.show(index);
  }

  /** Pins where an address lies and fits that region, or the whole range where it touches several; there again, goes down to the page or range itself. */
  #goToLocated(): void {
    const { located, query } = this.#search;
    if (located === null || query.type !== 'address') return;
    const range = pagesOf(located);
    const { pinned } = this.#selection;
    const page = range.startPage;
    if (this.#lastPage === page && pinned !== null && page >= pinned.startPage && page < pinned.endPage) {
      if (query.length === null) {
        this.#unfold(range);
        this.#diagram?.zoomToPage(page);
      } else this.zoomTo(range);
      return;
    }
    this.#lastPage = page;
    this.#selection.hover(null);
    const region = this.#selection.pinIndex(located.first);
    if (region !== null) this.zoomTo(located.first === located.last ? region : range);
  }

  get #animate(): boolean {
    return !this.#settings.reducedMotion;
  }

  /** Where the eye is: what is pinned if it can be seen, else the middle. */
  #focusY(): number {
    const { pinned } = this.#selection;
    const middle = this.#heightPx / 2;
    if (pinned === null || this.#diagram === null || !this.#isShown(pinned)) return middle;
    const y = (this.#diagram.yOf(pinned.startPage) + this.#diagram.yOf(pinned.endPage)) / 2;
    return y > 0 && y < this.#heightPx ? y : middle;
  }
}
