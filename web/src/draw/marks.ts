import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import type { PageRange } from '../regions/page-range.ts';
import { Hits } from './paint/hits.ts';

/** What is told of the map beside its boxes: what is selected, filtered and searched for, and the states of single pages. */
export class Marks {
  selected: PageRange | null = null;
  highlights: readonly PageRange[] = [];
  hits: Hits | null = null;
  pages: PageStates | null = null;
  readonly #repaint: () => void;
  readonly #filtered: () => void;

  /** `repaint`: something else is to be painted; `filtered`: and the overview shows it as well. */
  constructor(repaint: () => void, filtered: () => void) {
    this.#repaint = repaint;
    this.#filtered = filtered;
  }

  select(range: PageRange | null): void {
    this.selected = range;
    this.#repaint();
  }

  /** What a filter lets through: indexes of intervals of the map, descending; everything else is faded. null without a filter. */
  setHits(descending: Uint32Array | null): void {
    this.hits = descending === null ? null : new Hits(descending);
    this.#filtered();
  }

  /** What is known of single pages: drawn in their mappings where these are high enough. */
  setPageStates(pages: PageStates | null): void {
    this.pages = pages;
    this.#repaint();
  }

  /** Ranges to mark: addresses that were searched for. */
  setHighlight(ranges: readonly PageRange[]): void {
    this.highlights = ranges;
    this.#repaint();
  }
}
