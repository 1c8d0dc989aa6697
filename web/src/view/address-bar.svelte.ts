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

/** With what the person has chosen: another start of procmap knows nothing of it. */
function lastingLink(fragment: string): string {
  const carried = carriedPreferences();
  const fields = [fragment, carried === '' ? '' : `${FIELD}=${carried}`].filter((field) => field !== '').join('&');
  return `${lastingOrigin(location)}/${fields === '' ? '' : `#${fields}`}`;
}

/** Keeps the address bar in step with the view: a reload, a link and Back and Forward lead to what was seen. */
export class AddressBar {
  readonly #watch: Watch;
  readonly #selection: Selection;
  readonly #search: Search;
  readonly #settings: Settings;
  readonly #navigation: Navigation;
  readonly #trail = new Trail(entries, () => ({ fragment: this.fragment, travelling: this.#navigation.diagram?.travelling ?? false }));
  /** Where to look once there is a whole map, as a link says. */
  #awaited: Permalink | null = null;

  constructor(watch: Watch, selection: Selection, search: Search, settings: Settings, navigation: Navigation) {
    this.#watch = watch;
    this.#selection = selection;
    this.#search = search;
    this.#settings = settings;
    this.#navigation = navigation;
  }

  /** The view of the moment. */
  get fragment(): string {
    const { show, scale, kernel, colouring } = this.#settings;
    const { text } = this.#search;
    return encodePermalink({
      pid: this.#watch.pid,
      spot: this.#spot,
      choices: { show, scale, kernel },
      colour: linkedColouring(colouring),
      selected: this.#selection.pinned,
      query: text.length <= MAX_QUERY_CHARACTERS ? text : '',
    });
  }

  get #spot(): Spot | null {
    if (this.#awaited !== null) return this.#awaited.spot;
    // Until the next map is there, the diagram has the former process's one.
    return this.#watch.intervals === null ? null : (this.#navigation.diagram?.moves.spot ?? null);
  }

  /** Where to go on when procmap was restarted. What held its port meanwhile may have left something at that address: no address of a process is in it. */
  get wayOn(): string {
    const { show, scale, kernel, colouring } = this.#settings;
    const choices = { show, scale, kernel };
    return lastingLink(encodePermalink({ pid: this.#watch.pid, spot: null, choices, colour: linkedColouring(colouring), selected: null, query: '' }));
  }

  /** Copies a lasting address of this view, which holds no key. False where the browser does not allow it: it is in the address bar then, too. */
  async copyLink(): Promise<boolean> {
    this.#settle();
    try {
      await navigator.clipboard.writeText(lastingLink(this.fragment));
      return true;
    } catch {
      // Without a secure context (another host name than localhost) there is no clipboard, and a browser may forbid it.
      return false;
    }
  }

  /** What the address bar says. */
  read(): Permalink {
    return decodePermalink(entries.current);
  }

  /** The address bar says this now: does it, by a flight where there is a map, else once there is one. The process is the caller's. */
  follow(link: Permalink): void {
    this.#trail.follow();
    this.#settings.show = link.choices.show;
    this.#settings.scale = link.choices.scale;
    this.#settings.kernel = link.choices.kernel;
    if (link.colour !== null) this.#settings.borrowColouring(link.colour);
    this.#search.text = link.query;
    this.#selection.pin(link.selected);
    this.#awaited = link;
    this.#arrive();
    // Without what we did not understand of it.
    this.rewrite();
  }

  /** Says in the address bar what is on the page. */
  rewrite(): void {
    entries.replace(this.fragment);
  }

  /** There may be a map now, or another one, and room for it. */
  mapped(): void {
    this.#arrive();
    // The diagram keeps in place what is under the eye: with another map around it that is told by other figures.
    this.#compare();
  }

  /** Somebody moves: wherever a link led. */
  moved(): void {
    this.#awaited = null;
    this.#trail.moved();
  }

  #arrive(): void {
    if (this.#awaited === null || this.#watch.intervals === null || !this.#navigation.ready) return;
    const { spot } = this.#awaited;
    // How far a view is zoomed in is told against the whole, and that is not whole before the kernel's half is there: then once more.
    if (this.#watch.intervals.kernel.half !== NO_KERNEL_HALF) this.#awaited = null;
    this.#navigation.look(spot);
  }

  /** Whatever of the view an entry tells. */
  #compare(): void {
    if (this.fragment !== entries.current) this.#trail.touched();
  }

  #settle(): void {
    this.#trail.flush();
    this.rewrite();
  }

  /** Before something else is turned to: what was seen last is kept. */
  keep(): void {
    this.#trail.flush();
  }

  /** Something else is on the page now, of which Back leads back. */
  enter(): void {
    this.#awaited = null;
    this.#trail.enter();
  }

  /** Follows what changes in the state, for as long as the component lives that calls it. */
  observe(): void {
    $effect(() => {
      const { show, scale, kernel } = this.#settings;
      const before = this.read().choices;
      if (show !== before.show || scale !== before.scale || kernel !== before.kernel) this.moved();
    });
    $effect(() => this.#compare());
    let colouring = this.#settings.colouring;
    $effect(() => {
      if (this.#settings.colouring === colouring) return;
      colouring = this.#settings.colouring;
      // Kept for the next visit at once: a reload is not to ask for the one before.
      untrack(() => this.#settle());
    });
  }
}
