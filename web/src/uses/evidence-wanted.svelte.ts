import { recall, remember } from '../live/storage.ts';
import type { Watch } from '../live/watch.svelte.ts';
import { seamsText } from './seams.ts';

/** A map that has not changed for this long stands still. */
const STILL_MS = 3000;
/** The first answer about files comes earlier: it costs the process nothing. */
const FIRST_MS = 500;
/** Figures are read without being asked for only where that is cheap, and not again before this time. */
const MAX_MAPPINGS = 20_000;
const MAX_READ_MS = 50;
const MAX_RSS_KB = 8 * 1024 * 1024;
const REST_MS = 30_000;

/** The figures of all mappings. */
interface FiguresReading {
  readonly table: unknown;
  readonly reading: boolean;
  /** Mappings that changed since. */
  readonly changed: number;
  read: () => Promise<void>;
}

/**
 * Fetches evidence for uses once a map stands still: what ELF files tell, and figures of all mappings, whose VmFlags
 * tell most. Figures cost the process time, so they are read by themselves only where that is cheap, seldom, and as
 * long as a person has not switched that off.
 */
export class EvidenceWanted {
  readonly #watch: Watch;
  readonly #figures: FiguresReading;
  readonly #askObjects: () => void;
  readonly #paused: () => boolean;
  #automatic = $state.raw(recall('auto-figures', ['yes', 'no'], 'yes') === 'yes');
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What the files were asked about; '': nothing yet. */
  #askedAbout = '';
  #readAt = -Infinity;

  /** `askObjects`: asks what ELF files tell. */
  constructor(watch: Watch, figures: FiguresReading, askObjects: () => void, paused: () => boolean) {
    this.#watch = watch;
    this.#figures = figures;
    this.#askObjects = askObjects;
    this.#paused = paused;
  }

  /** Figures are read by themselves. */
  get automatic(): boolean {
    return this.#automatic;
  }
  set automatic(on: boolean) {
    this.#automatic = on;
    remember('auto-figures', on ? 'yes' : 'no');
    if (on) this.mapCame();
  }

  /** A map came that differs from the last one. */
  mapCame(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#standsStill(), this.#askedAbout === '' ? FIRST_MS : STILL_MS);
  }

  /** Another process is watched. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#askedAbout = '';
    this.#readAt = -Infinity;
  }

  #standsStill(): void {
    const isFirst = this.#askedAbout === '';
    this.#askFiles();
    if (isFirst) this.mapCame();
    else if (this.#mayRead()) {
      this.#readAt = performance.now();
      void this.#figures.read();
    } else if (this.#lacksFigures()) this.mapCame();
  }

  #lacksFigures(): boolean {
    const { table, changed } = this.#figures;
    return this.#automatic && (table === null || changed > 0);
  }

  /** A hidden page, a busy machine and a rest are no reason never to read: it is asked again. */
  #mayRead(): boolean {
    const { phase, summary, memory, process } = this.#watch;
    if (!this.#lacksFigures() || this.#figures.reading || phase !== 'live' || summary === null || this.#paused() || document.visibilityState === 'hidden')
      return false;
    const isCheap = summary.mappings <= MAX_MAPPINGS && (memory?.read_ms ?? 0) <= MAX_READ_MS && (process?.rss_kb ?? Infinity) <= MAX_RSS_KB;
    return isCheap && performance.now() - this.#readAt >= REST_MS;
  }

  #askFiles(): void {
    const { meta, intervals, phase } = this.#watch;
    if (meta === null || intervals === null || phase !== 'live') return;
    const { pid, startTime } = meta.process;
    const about = `${pid} ${startTime} ${seamsText(intervals.table)}`;
    if (about === this.#askedAbout) return;
    this.#askedAbout = about;
    this.#askObjects();
  }
}
