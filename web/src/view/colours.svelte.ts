import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { FileColours } from '../colour/by-file.ts';
import { type Classes, count } from '../colour/classes.ts';
import { COLOURINGS } from '../colour/colourings.ts';
import { shownIntervals } from '../axis/hierarchy.ts';
import type { Theme } from '../draw/paint/theme.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** The colour classes of the current map, by the chosen colouring. */
export class Colours {
  readonly #watch: Watch;
  readonly #settings: Settings;
  readonly #figures: () => MappingFigures | null;
  readonly #uses: () => Uses | null;
  #files = new FileColours();
  /** The process of those files. */
  #filesOf = '';

  constructor(watch: Watch, settings: Settings, figures: () => MappingFigures | null, uses: () => Uses | null) {
    this.#watch = watch;
    this.#settings = settings;
    this.#figures = figures;
    this.#uses = uses;
  }

  /** The theme of the picture; null before there is one. */
  #theme = $state.raw<Theme | null>(null);

  get theme(): Theme | null {
    return this.#theme;
  }

  setTheme(theme: Theme): void {
    this.#theme = theme;
  }

  readonly #all: Classes | null = $derived.by(() => {
    const { intervals } = this.#watch;
    if (intervals === null) return null;
    return COLOURINGS[this.#settings.colouring].classes({ intervals, figures: this.#figures, files: () => this.#filesOfNow(), uses: this.#uses });
  });

  /** null without a map. Counts cover the visible half. */
  readonly classes: Classes | null = $derived.by(() => {
    const { intervals } = this.#watch;
    const all = this.#all;
    const { show } = this.#settings;
    return intervals === null || all === null || show === 'both' ? all : count(all.colouring, intervals, all.list, all.of, shownIntervals(intervals, show));
  });

  /** Another process, or another program in it, has other files. */
  #filesOfNow(): FileColours {
    const { pid, startTime, comm } = this.#watch.meta?.process ?? { pid: 0, startTime: 0, comm: '' };
    const now = `${pid} ${startTime} ${comm}`;
    if (now !== this.#filesOf) {
      this.#filesOf = now;
      this.#files = new FileColours();
    }
    return this.#files;
  }
}
