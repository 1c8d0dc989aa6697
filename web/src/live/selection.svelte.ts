import { type Intervals, intervalAt } from '@procmap/shared/intervals.ts';
import type { PageRange } from '../regions/page-range.ts';

/** The places hovered and clicked. Stored as addresses, so that both stay valid when the map changes. */
export class Selection {
  readonly #intervals: () => Intervals | null;
  #hoverPage = $state.raw<number | null>(null);
  #pinned = $state.raw<PageRange | null>(null);

  constructor(intervals: () => Intervals | null) {
    this.#intervals = intervals;
  }

  /** Interval under the pointer, or -1. */
  readonly hoverIndex: number = $derived(this.indexOf(this.#hoverPage));
  /** Interval at the start of the clicked range, or -1. */
  readonly pinnedIndex: number = $derived(this.indexOf(this.#pinned?.startPage ?? null));

  /** The clicked interval no longer exists unchanged. */
  readonly changed: boolean = $derived.by(() => {
    const now = this.rangeOf(this.pinnedIndex);
    return now !== null && (now.startPage !== this.#pinned?.startPage || now.endPage !== this.#pinned.endPage);
  });

  get hoverPage(): number | null {
    return this.#hoverPage;
  }
  get pinned(): PageRange | null {
    return this.#pinned;
  }

  hover(page: number | null): void {
    this.#hoverPage = page;
  }

  pin(range: PageRange | null): void {
    this.#pinned = range;
  }

  /** Pins an interval of the current map. */
  pinIndex(index: number): PageRange | null {
    const range = this.rangeOf(index);
    if (range !== null) this.#pinned = range;
    return range;
  }

  /** The pages of an interval of the current map; null for none. */
  rangeOf(index: number): PageRange | null {
    const bounds = this.#intervals()?.bounds;
    const startPage = bounds?.[index];
    const endPage = bounds?.[index + 1];
    return startPage === undefined || endPage === undefined ? null : { startPage, endPage };
  }

  /** Interval of a page, or -1. */
  indexOf(page: number | null): number {
    const intervals = this.#intervals();
    return page === null || intervals === null || page >= intervals.layout.end ? -1 : intervalAt(intervals, page);
  }
}
