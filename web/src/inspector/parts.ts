import type { FiguresParts } from '../figures/parts.ts';
import type { ViewParts } from '../view/parts.ts';
import type { FileOnDisk } from './file-on-disk.svelte.ts';
import type { Inspection } from './inspection.svelte.ts';

/** The parts of the page that the inspector needs, including those for the figures and the legend inside it. */
export interface InspectorParts extends FiguresParts, Pick<ViewParts, 'selection' | 'search' | 'settings' | 'colours' | 'heights' | 'navigation'> {
  readonly colours: ViewParts['colours'];
  readonly inspection: Inspection;
  readonly fileOnDisk: FileOnDisk;
}
