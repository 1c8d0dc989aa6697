import type { Uses } from '@procmap/shared/use/uses.ts';
import type { HierarchyOptions } from '../axis/hierarchy.ts';
import type { PagesReading } from '../figures/pages-reading.svelte.ts';
import type { SmapsReading } from '../figures/smaps-reading.svelte.ts';
import type { Selection } from '../live/selection.svelte.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';
import type { Search } from '../search/search.svelte.ts';
import type { AddressBar } from './address-bar.svelte.ts';
import type { Colours } from './colours.svelte.ts';
import type { Heights } from './heights.svelte.ts';
import type { Navigation } from './navigation.svelte.ts';

/** The parts of the page that the diagram and its legend need. */
export interface ViewParts {
  readonly watch: Watch;
  readonly selection: Selection;
  readonly search: Search;
  readonly settings: Settings;
  readonly figures: SmapsReading;
  readonly pages: PagesReading;
  /** Whether figures are read by themselves. */
  readonly evidence: { automatic: boolean };
  readonly colours: Colours;
  readonly heights: Heights;
  /** What the mappings on the page are for; null: not known. */
  readonly processUses: { readonly uses: Uses | null };
  readonly navigation: Navigation;
  readonly addressBar: AddressBar;
  /** Builds maps for drawing, off the main thread. */
  readonly maps: { setOptions(options: HierarchyOptions): void };
  readonly paused: boolean;
}
