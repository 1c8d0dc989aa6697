import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import type { Projection, Ruler } from '../../axis/projection.ts';
import type { Rows } from '../../axis/rows.ts';
import type { Classes } from '../../colour/classes.ts';
import type { Block } from './blocks.ts';
import type { Fills } from './fills.ts';
import type { Hits } from './hits.ts';
import type { Plot } from './plot.ts';
import type { Measure } from './text.ts';
import type { Theme } from './theme.ts';
import type { Veil } from './veil.ts';

/** All inputs of the painters for one frame. Heights are plot device px: 0 is the top of the box. */
export interface Scene {
  readonly hierarchy: Hierarchy;
  /** Current positions of the bounds; during a blend they are moving. */
  readonly ruler: Ruler;
  /** Final positions of the bounds, and positions of pages inside an interval. */
  readonly projection: Projection;
  readonly blending: boolean;
  readonly rows: Rows;
  /** Shelves drawn as one block over their rows, from the top down. */
  readonly blocks: readonly Block[];
  /** The colour class of each interval, and the paint of each class. */
  readonly classes: Classes;
  readonly fills: Fills;
  /** Matches of a filter; null without one. */
  readonly hits: Hits | null;
  /** Known states of single pages; null for none. */
  readonly pages: PageStates | null;
  readonly plot: Plot;
  readonly theme: Theme;
  readonly measure: Measure;
  /** null: nothing is hidden. */
  readonly veil: Veil | null;
}

/** The part in sight of intervals [first, end): [top, bottom], empty if top >= bottom. */
export function extent(scene: Scene, first: number, end: number): readonly [top: number, bottom: number] {
  return [Math.max(0, scene.ruler.yOfBound(end)), Math.min(scene.plot.height, scene.ruler.yOfBound(first))];
}

/** The same for a cluster. */
export function extentOfCluster(scene: Scene, c: number): readonly [top: number, bottom: number] {
  const { clusters } = scene.hierarchy;
  return extent(scene, clusters.first[c] ?? 0, clusters.end[c] ?? 0);
}
