import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';
import type { Search } from '../search/search.svelte.ts';
import type { AddressBar } from '../view/address-bar.svelte.ts';
import type { Colours } from '../view/colours.svelte.ts';
import type { Navigation } from '../view/navigation.svelte.ts';

/** The inputs of a picture of the view. */
export interface PictureParts {
  readonly watch: Watch;
  readonly navigation: Navigation;
  readonly search: Search;
  readonly settings: Settings;
  readonly welcome: { readonly host: string; readonly version: string } | null;
  readonly paused: boolean;
}

/** Further inputs of the dialog. */
export interface ShareParts extends PictureParts {
  readonly colours: Colours;
  readonly addressBar: AddressBar;
  /** Shows a problem until it is closed. */
  say(notice: string): void;
}
