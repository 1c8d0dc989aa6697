import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { untrack } from 'svelte';
import type { Spot } from '../axis/camera.ts';
import { lastingOrigin } from '../net/origin.ts';
import { entries } from '../net/entries.ts';
import { FIELD } from '../live/carried.ts';
import type { Navigation } from './navigation.svelte.ts';
import { decodePermalink, encodePermalink, linkedColouring, MAX_QUERY_CHARACTERS, type Permalink } from './permalink.ts';
import type { Search } from '../search/search.svelte.ts';
import type { Selection } from '../live/selection.svelte.ts';
import type { Settings } from '../live/settings.svelte.ts';
import { carriedPreferences } from '../live/storage.ts';
import { Trail } from './trail.ts';
import type { Watch } from '../live/watch.svelte.ts';

/** With the person's preferences, which another start of procmap does not know. */
function lastingLink(fragment: string): string {
  const carried = carriedPreferences();
  const fields = [fragment, carried === '' ? '' : `${FIELD}=${carried}`].filter((field) => field !== '').join('&');
  return `${lastingOrigin(location)}/${fields === '' ? '' : `#${fields}`}`;
}

/** Keeps the address bar in sync with the view: reload, links, Back and Forward return to what was seen. */
export class AddressBar {
  readonly #watch: Watch;
  readonly #selection: Selection;
  readonly #search: Search;
  readonly #settings: Settings;
  readonly #navigation: Navigation;
  readonly #trail = new Trail(entries, () => ({ fragment: this.fragment, travelling: this.#navigation.diagram?.travelling ?? false }));
  /** The view of a link, waiting for a complete map. */
  #awaited: Permalink | null = null;

  constructor(watch: Watch, selection: Selection, search: Search, settings: Settings, navigation: Navigation) {
    this.#watch = watch;
    this.#selection = selection;
    this.#search = search;
    this.#settings = settings;
    this.#navigation = navigation;
  }

  /** The current view. */
  get fragment(): string {
    const { show, scale, kernel, heights, colouring } = this.#settings;
    const { text } = this.#search;
    return encodePermalink({
      pid: this.#watch.pid,
      spot: this.#spot,
      choices: { show, scale, kernel, heights },
      colour: linkedColouring(colouring),
      selected: this.#selection.pinned,
      query: text.length <= MAX_QUERY_CHARACTERS ? text : '',
    });
  }

  get #spot(): Spot | null {
    if (this.#awaited !== null) return this.#awaited.spot;
    // Until the next map arrives, the diagram shows the previous process.
    return this.#watch.intervals === null ? null : (this.#navigation.diagram?.moves.spot ?? null);
  }

  /**
   * The link to use after a restart. Another program may have held the port meanwhile and left something at that
   * origin, so it contains no address of a process.
   */
  get wayOn(): string {
    const { show, scale, kernel, heights, colouring } = this.#settings;
    const choices = { show, scale, kernel, heights };
    return lastingLink(encodePermalink({ pid: this.#watch.pid, spot: null, choices, colour: linkedColouring(colouring), selected: null, query: '' }));
  }

  /**
   * Copies a lasting link to this view, without a key. False if the browser forbids it: then the link is still in the
   * address bar.
   */
  async copyLink(): Promise<boolean> {
    this.#settle();
    try {
      await navigator.clipboard.writeText(lastingLink(this.fragment));
      return true;
    } catch {
      // Without a secure context (a host name other than localhost) there is no clipboard, and a browser may forbid it.
      return false;
    }
  }

  /** The content of the address bar. */
  read(): Permalink {
    return decodePermalink(entries.current);
  }

  /**
   * Follows a new content of the address bar: by a flight if there is a map, else once there is one. The caller
   * switches the process.
   */
  follow(link: Permalink): void {
    this.#trail.follow();
    this.#settings.show = link.choices.show;
    this.#settings.scale = link.choices.scale;
    this.#settings.kernel = link.choices.kernel;
    this.#settings.heights = link.choices.heights;
    if (link.colour !== null) this.#settings.borrowColouring(link.colour);
    this.#search.text = link.query;
    this.#selection.pin(link.selected);
    this.#awaited = link;
    this.#arrive();
    // Removes fields that were not understood.
    this.rewrite();
  }

  /** Writes the current view to the address bar. */
  rewrite(): void {
    entries.replace(this.fragment);
  }

  /** There may be a first or new map, and room for it. */
  mapped(): void {
    this.#arrive();
    // The diagram keeps the view in place: with a new map around it, the same view has other numbers in a link.
    this.#compare();
  }

  /** The person moves: forget the view of a link. */
  moved(): void {
    this.#awaited = null;
    this.#trail.moved();
  }

  #arrive(): void {
    if (this.#awaited === null || this.#watch.intervals === null || !this.#navigation.ready) return;
    const { spot } = this.#awaited;
    // A zoom is relative to the whole, which is incomplete without the kernel half: look once more when it arrives.
    if (this.#watch.intervals.kernel.half !== NO_KERNEL_HALF) this.#awaited = null;
    this.#navigation.look(spot);
  }

  /** Handles any part of the view that an entry holds. */
  #compare(): void {
    if (this.fragment !== entries.current) this.#trail.touched();
  }

  #settle(): void {
    this.#trail.flush();
    this.rewrite();
  }

  /** Before switching: stores the last view. */
  keep(): void {
    this.#trail.flush();
  }

  /** Something else is on the page now; Back returns to the previous one. */
  enter(): void {
    this.#awaited = null;
    this.#trail.enter();
  }

  /** Follows the state as long as the calling component lives. */
  observe(): void {
    $effect(() => {
      const { show, scale, kernel, heights } = this.#settings;
      const before = this.read().choices;
      if (show !== before.show || scale !== before.scale || kernel !== before.kernel || heights !== before.heights) this.moved();
    });
    $effect(() => this.#compare());
    let colouring = this.#settings.colouring;
    $effect(() => {
      if (this.#settings.colouring === colouring) return;
      colouring = this.#settings.colouring;
      // Store at once: a reload must not bring back the previous view.
      untrack(() => this.#settle());
    });
  }
}
