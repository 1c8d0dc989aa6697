import type { Selection } from '../live/selection.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';
import type { ThreadsReading } from './threads-reading.svelte.ts';

/** The parts of the page that the list of threads needs. */
export interface ThreadsParts {
  readonly watch: Watch;
  readonly selection: Selection;
  readonly threads: ThreadsReading;
  /** `denied`: why stack pointers may not be read; ''. */
  readonly processUses: { readonly threads: { readonly denied: string } | null };
}
