import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { residentPages } from '../figures/resident-pages.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** What the heights of the picture follow. */
export class Heights {
  readonly #watch: Watch;
  readonly #settings: Settings;
  readonly #figures: () => MappingFigures | null;

  constructor(watch: Watch, settings: Settings, figures: () => MappingFigures | null) {
    this.#watch = watch;
    this.#settings = settings;
    this.#figures = figures;
  }

  /** Pages of each interval in memory; null: heights follow address space, by choice or for lack of figures. */
  readonly resident: Float64Array | null = $derived.by(() => (this.#isByMemory ? this.inMemory : null));

  /** Pages of each interval in memory; null: the figures were not read. */
  readonly inMemory: Float64Array | null = $derived.by(() => {
    const { intervals } = this.#watch;
    const figures = this.#figures();
    return intervals === null || figures === null ? null : residentPages(intervals, figures);
  });

  /** Resident memory is chosen, but its figures must be read first: they are not read for a key or for a link. */
  get lackFigures(): boolean {
    return this.#isByMemory && this.#figures() === null;
  }

  get #isByMemory(): boolean {
    return this.#settings.heights === 'resident' && this.#settings.scale !== 'linear';
  }
}
