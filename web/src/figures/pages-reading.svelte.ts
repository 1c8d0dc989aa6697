import { MAX_PAGES, PAGE_BYTES } from '@procmap/shared/page.ts';
import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import { type PageCounts, type PagesJson, pageStatesOf } from '@procmap/shared/output/pages-json.ts';
import { apiGet, errorSentence, isTooSoon } from '../net/session.ts';
import { type PagesRange, pagesInSight } from './pages-in-sight.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** Time that the view must rest before its pages are requested. */
const REST_MS = 250;
/** Interval of further reads while nothing moves. */
const REFRESH_MS = 2000;

/** The part in sight: pages [firstPage, lastPage), and the page in the middle. */
export interface VisiblePages {
  readonly firstPage: number;
  readonly lastPage: number;
  readonly middle: number;
}

/** One read of page states. */
interface PagesLook {
  readonly range: PagesRange;
  readonly states: PageStates;
  readonly counts: PageCounts;
  readonly ms: number;
}

/** State of each page in sight, read while some part of the page shows it. */
export class PagesReading {
  readonly #watch: Watch;
  readonly #key: () => string;
  readonly #paused: () => boolean;
  #on = $state.raw(false);
  #look = $state.raw<PagesLook | null>(null);
  #problem = $state.raw('');
  #tooWide = $state.raw(false);
  #sight: () => VisiblePages | null = () => null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #left: AbortController | null = null;

  constructor(watch: Watch, key: () => string, paused: () => boolean) {
    this.#watch = watch;
    this.#key = key;
    this.#paused = paused;
  }

  get on(): boolean {
    return this.#on;
  }
  set on(on: boolean) {
    this.#on = on;
    this.clear();
    if (on) this.#wait(0);
  }

  get look(): PagesLook | null {
    return this.#look;
  }
  get states(): PageStates | null {
    return this.#look?.states ?? null;
  }
  /** Nothing is read because too many pages are in sight. */
  get tooWide(): boolean {
    return this.#tooWide;
  }
  get problem(): string {
    return this.#problem;
  }

  /** The view moved, or the map under it. `sight` returns the part in sight when the pages are requested. */
  moved(sight: () => VisiblePages | null): void {
    this.#sight = sight;
    if (this.#on) this.#wait(REST_MS);
  }

  /** Another process is watched: forget all pages. */
  clear(): void {
    this.#left?.abort();
    this.#left = null;
    clearTimeout(this.#timer);
    this.#look = null;
    this.#problem = '';
  }

  #wait(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    const { pid, intervals, phase } = this.#watch;
    const sight = this.#sight();
    if (!this.#on || pid === null) return;
    if (this.#left !== null) {
      // The view has moved on.
      this.#wait(REST_MS);
      return;
    }
    // There is nothing to request, or nothing shows it.
    if (
      intervals === null ||
      phase !== 'live' ||
      document.visibilityState === 'hidden' ||
      (this.#paused() && this.#look !== null && isWithin(sight, this.#look.range))
    ) {
      this.#wait(REFRESH_MS);
      return;
    }
    const range = sight === null ? null : pagesInSight(intervals, sight.firstPage, sight.lastPage, sight.middle);
    if (range === null) {
      this.#look = null;
      this.#problem = '';
      this.#tooWide = sight !== null && sight.lastPage - sight.firstPage > MAX_PAGES;
      this.#wait(REFRESH_MS);
      return;
    }
    const left = new AbortController();
    this.#left = left;
    const waitMs = await this.#ask(pid, range, left.signal);
    if (this.#left !== left) return;
    this.#left = null;
    this.#wait(waitMs);
  }

  /** Requests the pages and returns the delay until the next request. */
  async #ask(pid: number, range: PagesRange, signal: AbortSignal): Promise<number> {
    try {
      const start = (BigInt(range.start) * PAGE_BYTES).toString(16);
      const response = await apiGet(`/api/processes/${pid}/pages?start=0x${start}&count=${range.count}`, this.#key(), signal);
      if (isTooSoon(response)) return REST_MS;
      if (!response.ok) {
        const problem = await errorSentence(response);
        if (!signal.aborted) this.#problem = problem;
        return REFRESH_MS;
      }
      const json = (await response.json()) as PagesJson;
      const look = { range, states: pageStatesOf(json, range.start), counts: json.counts, ms: json.cost.ms };
      if (!signal.aborted) [this.#look, this.#problem] = [look, ''];
    } catch {
      if (!signal.aborted) this.#problem = 'The daemon did not answer; trying again.';
    }
    return REFRESH_MS;
  }
}

function isWithin(sight: VisiblePages | null, { start, count }: PagesRange): boolean {
  return sight === null || (sight.firstPage >= start && sight.lastPage <= start + count);
}
