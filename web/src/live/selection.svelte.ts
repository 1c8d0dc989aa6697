import { type Intervals, intervalAt } from '@procmap/shared/intervals.ts';
import { describe } from '../inspector/details.ts';
import type { PageRange } from '../regions/page-range.ts';

/** What the pointer is over, and what was clicked. Held by address, so that both stay true while the map changes. */
export class Selection {
  readonly #intervals: () => Intervals | null;
  #hoverPage = $state.raw<number | null>(null);
  #pinned = $state.raw<PageRange | null>(null);

  constructor(intervals: () => Intervals | null) {
    this.#intervals = intervals;
  }

  /** Interval under the pointer, or -1. */
  readonly hoverIndex: number = $derived(this.indexOf(this.#hoverPage));
  /** Interval that holds the start of what was clicked, or -1. */
  readonly pinnedIndex: number = $derived(this.indexOf(this.#pinned?.startPage ?? null));

  readonly hovered = $derived(this.#describe(this.hoverIndex));
  readonly pinnedDetails = $derived(this.#describe(this.pinnedIndex));
  /** What was clicked is not there any more as it was. */
  readonly changed: boolean = $derived(
    this.pinnedDetails !== null && (this.pinnedDetails.startPage !== this.#pinned?.startPage || this.pinnedDetails.endPage !== this.#pinned.endPage),
  );

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

  /** Pins an interval of the map of the moment. */
  pinIndex(index: number): PageRange | null {
    const intervals = this.#intervals();
    const startPage = intervals?.bounds[index];
    const endPage = intervals?.bounds[index + 1];
    if (startPage === undefined || endPage === undefined) return null;
    return (this.#pinned = { startPage, endPage });
  }

  /** Interval that holds a page, or -1. */
  indexOf(page: number | null): number {
    const intervals = this.#intervals();
    return page === null || intervals === null || page >= intervals.layout.end ? -1 : intervalAt(intervals, page);
  }

  #describe(index: number) {
    const intervals = this.#intervals();
    return index < 0 || intervals === null ? null : describe(intervals, index);
  }
}
