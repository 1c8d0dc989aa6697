import { DEFAULT_RATE_HZ } from '@procmap/shared/rate.ts';
import { hasKernelView, type Heights, type KernelView, type Scale, type Show } from '../axis/hierarchy.ts';
import type { Colouring } from '../colour/classes.ts';
import { COLOURING_NAMES } from '../colour/colourings.ts';
import { recall, remember } from './storage.ts';

const THEMES = ['auto', 'light', 'dark'] as const;
export const RATES_HZ = [0.2, 0.5, 1, 2, 5, 10] as const;

export type ThemeChoice = (typeof THEMES)[number];

/** Display preferences of the person; most are kept between visits. */
export class Settings {
  #show = $state.raw<Show>('both');
  #scale = $state.raw<Scale>('log');
  #kernel = $state.raw<KernelView>('closed');
  #heights = $state.raw<Heights>('space');
  #colouring = $state.raw<Colouring>(recall('colouring', COLOURING_NAMES, 'kind'));
  #patterns = $state.raw(recall('patterns', ['on', 'off'], 'off') === 'on');
  #theme = $state.raw<ThemeChoice>(recall('theme', THEMES, 'auto'));
  /** The rate chosen by the person, or null. */
  #chosenRateHz = $state.raw<number | null>(Number(recall('rate', [...RATES_HZ.map(String), ''], '')) || null);
  #defaultRateHz = $state.raw(DEFAULT_RATE_HZ);
  /** The system's preference, used if `theme` is auto. */
  #systemDark = $state.raw(false);
  #reducedMotion = $state.raw(false);
  /** The system asks for more contrast or forced colours: this turns patterns on. */
  #moreContrast = $state.raw(false);
  #forcedColours = $state.raw(false);

  constructor() {
    const dark = matchMedia('(prefers-color-scheme: dark)');
    const reduced = matchMedia('(prefers-reduced-motion: reduce)');
    const contrast = matchMedia('(prefers-contrast: more)');
    const forced = matchMedia('(forced-colors: active)');
    this.#systemDark = dark.matches;
    this.#reducedMotion = reduced.matches;
    this.#moreContrast = contrast.matches;
    this.#forcedColours = forced.matches;
    dark.onchange = () => {
      this.#systemDark = dark.matches;
      this.#stamp();
    };
    reduced.onchange = () => (this.#reducedMotion = reduced.matches);
    contrast.onchange = () => (this.#moreContrast = contrast.matches);
    forced.onchange = () => (this.#forcedColours = forced.matches);
    this.#stamp();
  }

  get show(): Show {
    return this.#show;
  }
  set show(show: Show) {
    this.#show = show;
  }

  get scale(): Scale {
    return this.#scale;
  }
  set scale(scale: Scale) {
    this.#scale = scale;
  }

  /** Whether the kernel half is open, if both halves are shown. */
  get kernel(): KernelView {
    return this.#kernel;
  }
  set kernel(kernel: KernelView) {
    this.#kernel = kernel;
  }

  /** False where the height of the kernel half is fixed. */
  get canToggleKernel(): boolean {
    return hasKernelView({ show: this.#show, scale: this.#scale });
  }

  toggleKernel(): void {
    if (this.canToggleKernel) this.#kernel = this.#kernel === 'open' ? 'closed' : 'open';
  }

  get heights(): Heights {
    return this.#heights;
  }
  set heights(heights: Heights) {
    this.#heights = heights;
  }

  toggleHeights(): void {
    this.#heights = this.#heights === 'space' ? 'resident' : 'space';
  }

  get colouring(): Colouring {
    return this.#colouring;
  }
  set colouring(colouring: Colouring) {
    this.#colouring = colouring;
    remember('colouring', colouring);
  }

  /** From a link that somebody else may have made: used for this view, not stored for the next visit. */
  borrowColouring(colouring: Colouring): void {
    this.#colouring = colouring;
  }

  nextColouring(): void {
    this.colouring = COLOURING_NAMES[(COLOURING_NAMES.indexOf(this.#colouring) + 1) % COLOURING_NAMES.length] ?? 'kind';
  }

  /** Whether colour classes have patterns, too. */
  get patterns(): boolean {
    return this.#patterns;
  }
  set patterns(patterns: boolean) {
    this.#patterns = patterns;
    remember('patterns', patterns ? 'on' : 'off');
    this.#stamp();
  }

  /** Changes whenever the style sheet's colours change. */
  get look(): string {
    return [this.dark, this.#patterns, this.#moreContrast, this.#forcedColours].join(' ');
  }

  get theme(): ThemeChoice {
    return this.#theme;
  }
  set theme(theme: ThemeChoice) {
    this.#theme = theme;
    remember('theme', theme);
    this.#stamp();
  }

  get dark(): boolean {
    return this.#theme === 'dark' || (this.#theme === 'auto' && this.#systemDark);
  }

  get rateHz(): number {
    return this.#chosenRateHz ?? this.#defaultRateHz;
  }
  set rateHz(rateHz: number) {
    this.#chosenRateHz = rateHz;
    remember('rate', String(rateHz));
  }

  /** The rate the daemon was started with (--rate): used until the person chooses one. */
  setDefaultRate(rateHz: number): void {
    this.#defaultRateHz = rateHz;
  }

  get reducedMotion(): boolean {
    return this.#reducedMotion;
  }

  /** The style sheet depends on this attribute. */
  #stamp(): void {
    document.documentElement.dataset['theme'] = this.dark ? 'dark' : 'light';
    document.documentElement.dataset['patterns'] = this.#patterns ? 'on' : 'off';
  }
}
