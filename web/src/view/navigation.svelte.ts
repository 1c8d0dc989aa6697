import type { Located } from '@procmap/shared/places/locate.ts';
import type { Spot } from '../axis/camera.ts';
import { type Diagram, READABLE_PX } from '../draw/diagram.ts';
import { touchedPages, type Search } from '../search/search.svelte.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { Selection } from '../live/selection.svelte.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** How much of its surroundings is shown with a thing that is gone to: intervals on either side, and their size. */
const NEIGHBOURS = 3;
const NEIGHBOUR_PAGES = 2 ** 18;
const PAGE_PART = 0.9;
/** Logarithm of what a tap of a key zooms by, and of what it does in a ms while it is held: eight octaves take 1.7 s. */
const ZOOM = { step: Math.log(1.6), perMs: Math.log(1.6) / 140 };
/** The same of a pan, in heights of the view: one takes 0.8 s. */
const PAN = { step: 0.15, perMs: 0.15 / 125 };
const FAST = 3;

/** Moves about the diagram: what buttons, keys and the search box ask for. Does nothing while there is no diagram or no map. */
export class Navigation {
  readonly #watch: Watch;
  readonly #selection: Selection;
  readonly #search: Search;
  readonly #settings: Settings;
  readonly #onMove: () => void;
  #diagram = $state.raw<Diagram | null>(null);
  #heightPx = 0;
  /** The last address that was gone to: a second Enter goes all the way down to its page. */
  #lastPage: number | null = null;
  /** First page of the region of the kernel of which a piece was found last. */
  #lastRegion: number | null = null;

  /** `onMove` is called for each move, also for one that leaves the camera where it is. */
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

  /** Zooms (1: closer) until the key of that name is let go of, by one step at least. */
  holdZoom(name: string, direction: 1 | -1, fast: boolean): void {
    const by = direction * (fast ? FAST : 1);
    this.#diagram?.gestures.holdZoom(name, this.#focusY(), { perMs: by * ZOOM.perMs, step: by * ZOOM.step });
  }

  /** The same of a pan: `direction` 1 looks at lower addresses (down), -1 at higher ones. */
  holdPan(name: string, direction: 1 | -1, fast: boolean): void {
    const by = -direction * (fast ? FAST : 1) * this.#heightPx;
    this.#diagram?.gestures.holdPan(name, { perMs: by * PAN.perMs, step: by * PAN.step });
  }

  release(name: string): void {
    this.#diagram?.gestures.release(name);
  }

  /** Moves by a whole screen, nearly. */
  turnPage(direction: 1 | -1): void {
    this.#diagram?.gestures.glidePan(-direction * PAGE_PART * this.#heightPx);
  }

  /** There is a map, and room for it: one can look about. */
  get ready(): boolean {
    return this.#heightPx > 0 && this.#diagram !== null && this.#diagram.shown !== null;
  }

  /** Goes back to where somebody was, or elsewhere, and is no move of its own. */
  look(spot: Spot | null): void {
    this.arrange();
    this.#diagram?.moves.look(spot, this.#animate);
  }

  /** Has the diagram show what the settings say by now: whenever they change, and before one goes to a place that they have just brought into sight. */
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

  /** Fits what is pinned, else what the pointer is over; where it fits already, goes out to its surroundings. */
  zoomToCurrent(): void {
    const { pinnedIndex, hoverIndex } = this.#selection;
    const index = pinnedIndex >= 0 ? pinnedIndex : hoverIndex;
    const range = this.#selection.rangeOf(index);
    if (range === null) return;
    const isThere = this.#diagram?.moves.isFitted(range.startPage, range.endPage) === true;
    this.zoomTo(isThere ? this.#around(index) : range);
  }

  /** Shows both halves where one is folded away that a range lies in, or reaches into. */
  #unfold(range: PageRange): void {
    if (this.#diagram === null || this.#isShown(range)) return;
    this.#settings.show = 'both';
    this.arrange();
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
    this.#onMove();
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

  /** The next one on the page, -1 above (higher addresses), 1 below: region, or mapping of the process. */
  step(direction: 1 | -1, over: 'mappings' | 'regions'): void {
    const intervals = this.#watch.intervals;
    if (intervals === null) return;
    const { pinnedIndex, hoverIndex } = this.#selection;
    const from = pinnedIndex >= 0 ? pinnedIndex : hoverIndex;
    let next = from < 0 ? this.#edge(direction) : from - direction;
    while (over === 'mappings' && intervals.row[next] === -1) next -= direction;
    if (next >= 0 && next < intervals.length) this.show(next);
  }

  /** Where steps begin: the highest interval that is shown for those downwards, else the lowest. */
  #edge(direction: 1 | -1): number {
    const shown = this.#diagram?.shown ?? null;
    return shown === null ? -1 : this.#selection.indexOf(direction > 0 ? shown.endPage - 1 : shown.startPage);
  }

  /** What Enter in the search box does: on to the next hit, or to the address. */
  searchNext(direction: 1 | -1): void {
    const { query, located } = this.#search;
    if (query.type === 'address') {
      if (located !== null) this.goTo(located, query.length !== null);
      return;
    }
    // All that is found lies in the half that is folded away.
    if (this.#search.hits.length === 0 && this.#search.elsewhere !== '') this.#settings.show = 'both';
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

  /** Where the eye is: what is pinned if it can be seen, else the middle. */
  #focusY(): number {
    const { pinned } = this.#selection;
    const middle = this.#heightPx / 2;
    if (pinned === null || this.#diagram === null || !this.#isShown(pinned)) return middle;
    const y = (this.#diagram.yOf(pinned.startPage) + this.#diagram.yOf(pinned.endPage)) / 2;
    return y > 0 && y < this.#heightPx ? y : middle;
  }
}
