import type { Located } from '@procmap/shared/places/locate.ts';
import type { Spot } from '../axis/camera.ts';
import { type Diagram, READABLE_PX } from '../draw/diagram.ts';
import { touchedPages, type Search } from '../search/search.svelte.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Selection } from '../live/selection.svelte.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** Surroundings shown with a destination: intervals on either side, and their size. */
const NEIGHBOURS = 3;
const NEIGHBOUR_PAGES = 2 ** 18;
const PAGE_PART = 0.9;
/** Zoom of a key as logarithms: per tap, and per ms while held; eight octaves take 1.7 s. */
const ZOOM = { step: Math.log(1.6), perMs: Math.log(1.6) / 140 };
/** The same for a pan, in heights of the view: one height takes 0.8 s. */
const PAN = { step: 0.15, perMs: 0.15 / 125 };
const FAST = 3;

/** Navigation in the diagram, by buttons, keys and the search box. Does nothing without a diagram or a map. */
export class Navigation {
  readonly #watch: Watch;
  readonly #selection: Selection;
  readonly #search: Search;
  readonly #settings: Settings;
  readonly #onMove: () => void;
  #diagram = $state.raw<Diagram | null>(null);
  #heightPx = 0;
  /** The last address gone to: a second Enter zooms to its page. */
  #lastPage: number | null = null;
  /** First page of the kernel region whose piece was found last. */
  #lastRegion: number | null = null;

  /** `onMove` is called for each move, even one that leaves the camera in place. */
  constructor(watch: Watch, selection: Selection, search: Search, settings: Settings, onMove: () => void) {
    this.#watch = watch;
    this.#selection = selection;
    this.#search = search;
    this.#settings = settings;
    this.#onMove = onMove;
  }

  get diagram(): Diagram | null {
    return this.#diagram;
  }

  attach(diagram: Diagram | null): void {
    this.#diagram = diagram;
    this.#heightPx = 0;
  }

  resized(heightPx: number): void {
    this.#heightPx = heightPx;
  }

  fit(): void {
    this.#diagram?.moves.fit(this.#animate);
  }

  /** Zooms (1: in) until the key with that name is released, by at least one step. */
  holdZoom(name: string, direction: 1 | -1, fast: boolean): void {
    const by = direction * (fast ? FAST : 1);
    this.#diagram?.gestures.holdZoom(name, this.#focusY(), { perMs: by * ZOOM.perMs, step: by * ZOOM.step });
  }

  /** The same for a pan: `direction` 1 moves to lower addresses (down), -1 to higher ones. */
  holdPan(name: string, direction: 1 | -1, fast: boolean): void {
    const by = -direction * (fast ? FAST : 1) * this.#heightPx;
    this.#diagram?.gestures.holdPan(name, { perMs: by * PAN.perMs, step: by * PAN.step });
  }

  release(name: string): void {
    this.#diagram?.gestures.release(name);
  }

  /** Moves by nearly a whole screen. */
  turnPage(direction: 1 | -1): void {
    this.#diagram?.gestures.glidePan(-direction * PAGE_PART * this.#heightPx);
  }

  /** There is a map and room for it. */
  get ready(): boolean {
    return this.#heightPx > 0 && this.#diagram !== null && this.#diagram.shown !== null;
  }

  /** Goes to a view, possibly an earlier one, without counting as a move. */
  look(spot: Spot | null): void {
    this.arrange();
    this.#diagram?.moves.look(spot, this.#animate);
  }

  /** Applies the settings to the diagram: on each change, and before going to a place that they have just revealed. */
  arrange(): void {
    const { show, scale, kernel } = this.#settings;
    this.#diagram?.setShow(show);
    this.#diagram?.setScale(scale);
    this.#diagram?.setKernel(kernel);
  }

  zoomTo(range: PageRange): void {
    this.#unfold(range);
    this.#diagram?.moves.fitRange(range.startPage, range.endPage, this.#animate);
  }

  /** Fits the pinned range, else the one under the pointer; if it fits already, zooms out to its surroundings. */
  zoomToCurrent(): void {
    const { pinnedIndex, hoverIndex } = this.#selection;
    const index = pinnedIndex >= 0 ? pinnedIndex : hoverIndex;
    const range = this.#selection.rangeOf(index);
    if (range === null) return;
    const isThere = this.#diagram?.moves.isFitted(range.startPage, range.endPage) === true;
    this.zoomTo(isThere ? this.#around(index) : range);
  }

  /** Shows both halves if the range lies in a folded half, or reaches into one. */
  #unfold(range: PageRange): void {
    if (this.#diagram === null || this.#isShown(range)) return;
    this.#settings.show = 'both';
    this.arrange();
  }

  #isShown({ startPage, endPage }: PageRange): boolean {
    const shown = this.#diagram?.shown ?? null;
    return shown !== null && startPage >= shown.startPage && endPage <= shown.endPage;
  }

  /** Pins the interval and brings it into view, with as little movement as possible. */
  show(index: number): void {
    const range = this.#selection.pinIndex(index);
    const diagram = this.#diagram;
    if (range === null || diagram === null) return;
    this.#onMove();
    this.#unfold(range);
    const top = diagram.yOf(range.endPage);
    const bottom = diagram.yOf(range.startPage);
    if (bottom - top >= READABLE_PX && top >= 0 && bottom <= this.#heightPx) return;
    this.zoomTo(this.#around(index));
  }

  /** An interval and its neighbours, except much larger ones, so that it appears in its context. */
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

  /** The next region or mapping of the process: -1 above (higher addresses), 1 below. */
  step(direction: 1 | -1, over: 'mappings' | 'regions'): void {
    const intervals = this.#watch.intervals;
    if (intervals === null) return;
    const { pinnedIndex, hoverIndex } = this.#selection;
    const from = pinnedIndex >= 0 ? pinnedIndex : hoverIndex;
    let next = from < 0 ? this.#edge(direction) : from - direction;
    while (over === 'mappings' && intervals.row[next] === -1) next -= direction;
    if (next >= 0 && next < intervals.length) this.show(next);
  }

  /** The start of steps: the highest shown interval for steps downwards, else the lowest. */
  #edge(direction: 1 | -1): number {
    const shown = this.#diagram?.shown ?? null;
    return shown === null ? -1 : this.#selection.indexOf(direction > 0 ? shown.endPage - 1 : shown.startPage);
  }

  /** Enter in the search box: to the next hit, or to the address. */
  searchNext(direction: 1 | -1): void {
    const { query, located } = this.#search;
    if (query.type === 'address') {
      if (located !== null) this.goTo(located, query.length !== null);
      return;
    }
    // All hits lie in the folded half.
    if (this.#search.hits.length === 0 && this.#search.elsewhere !== '') this.#settings.show = 'both';
    const isFirst = this.#search.position < 0;
    const index = this.#search.move(direction);
    if (index < 0) return;
    const region = this.#search.regionOf(index);
    const isNew = region !== null && (isFirst || region.startPage !== this.#lastRegion);
    this.#lastRegion = region?.startPage ?? null;
    // For a kernel region searched by name: first the whole region, then its pieces.
    if (isNew && this.#selection.pinIndex(index) !== null) this.zoomTo(region);
    else this.show(index);
  }

  /** Fits all hits, from the highest to the lowest, and selects none. */
  showHits(): void {
    const { bounds } = this.#watch.intervals ?? {};
    if (this.#search.hits.length === 0 && this.#search.elsewhere !== '') this.#settings.show = 'both';
    const { hits } = this.#search;
    const [highest, lowest] = [hits[0], hits.at(-1)];
    if (bounds === undefined || highest === undefined || lowest === undefined) return;
    this.#onMove();
    this.zoomTo({ startPage: bounds[lowest] ?? 0, endPage: bounds[highest + 1] ?? 0 });
  }

  /**
   * Pins the place of an address and fits its region, or the whole range if it touches several; a second call zooms to
   * the page or range itself.
   */
  goTo(located: Located, isRange: boolean): void {
    this.#onMove();
    const range = touchedPages(located);
    const { pinned } = this.#selection;
    const page = range.startPage;
    if (this.#lastPage === page && pinned !== null && page >= pinned.startPage && page < pinned.endPage) {
      if (!isRange) {
        this.#unfold(range);
        this.#diagram?.moves.zoomToPage(page);
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

  /** The point of attention: the pinned range if visible, else the middle. */
  #focusY(): number {
    const { pinned } = this.#selection;
    const middle = this.#heightPx / 2;
    if (pinned === null || this.#diagram === null || !this.#isShown(pinned)) return middle;
    const y = (this.#diagram.yOf(pinned.startPage) + this.#diagram.yOf(pinned.endPage)) / 2;
    return y > 0 && y < this.#heightPx ? y : middle;
  }
}
