import type { Theme } from '../draw/paint/theme.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { Settings } from '../live/settings.svelte.ts';
import type { Watch } from '../live/watch.svelte.ts';
import type { StreamStatus } from '../net/stream.ts';
import type { PagesReading } from './pages-reading.svelte.ts';
import type { ProgramFacts } from './program-facts.svelte.ts';
import type { SmapsReading } from './smaps-reading.svelte.ts';

/** The parts of the page that this room's components need; each takes only those it uses. */
export interface FiguresParts {
  readonly watch: Watch;
  readonly figures: SmapsReading;
  readonly pages: PagesReading;
  /** Whether figures are read by themselves. */
  readonly evidence: { automatic: boolean };
  readonly processUses: { readonly uses: Uses | null };
  readonly programFacts: ProgramFacts;
  readonly settings: Settings;
  readonly colours: { readonly theme: Theme | null };
  readonly paused: boolean;
  readonly status: StreamStatus;
  readonly session: { readonly key: string };
  readonly welcome: { readonly version: string } | null;
  /** Keeps the list of processes up to date until the returned function is called. */
  wantList(): () => void;
  /** The same for the memory figures of the watched process. */
  wantMemory(): () => void;
}
