import type { FiguresParts } from '../figures/parts.ts';
import type { ViewParts } from '../view/parts.ts';
import type { FileOnDisk } from './file-on-disk.svelte.ts';
import type { Inspection } from './inspection.svelte.ts';

/** What the inspector needs of the page, with what it hands on to the figures and the legend that it shows. */
export interface InspectorParts extends FiguresParts, Pick<ViewParts, 'selection' | 'search' | 'settings' | 'colours' | 'navigation'> {
  readonly colours: ViewParts['colours'];
  readonly inspection: Inspection;
  readonly fileOnDisk: FileOnDisk;
}
