import type { Hierarchy } from '../../axis/hierarchy.ts';
import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import type { Projection, Ruler } from '../../axis/projection.ts';
import type { Rows } from '../../axis/rows.ts';
import type { Classes } from '../../colour/classes.ts';
import type { Fills } from './fills.ts';
import type { Hits } from './hits.ts';
import type { Plot } from './plot.ts';
import type { Measure } from './text.ts';
import type { Theme } from './theme.ts';
import type { Veil } from './veil.ts';

/** All that the painters look at in one frame. Heights are plot device px: 0 is the top of the box. */
export interface Scene {
  readonly hierarchy: Hierarchy;
  /** Where the bounds are now: in a blend, on their way. */
  readonly ruler: Ruler;
  /** Where they will be, and where the pages inside an interval are. */
  readonly projection: Projection;
  readonly blending: boolean;
  readonly rows: Rows;
  /** The colour class of each interval, and how each is painted. */
  readonly classes: Classes;
  readonly fills: Fills;
  /** What a filter lets through; null without one. */
  readonly hits: Hits | null;
  /** What is known of single pages; null for nothing. */
  readonly pages: PageStates | null;
  readonly plot: Plot;
  readonly theme: Theme;
  readonly measure: Measure;
  /** null: everything is told. */
  readonly veil: Veil | null;
}

/** What is in sight of a stretch of intervals [first, end): [top, bottom], empty when top >= bottom. */
export function extent(scene: Scene, first: number, end: number): readonly [top: number, bottom: number] {
  return [Math.max(0, scene.ruler.yOfBound(end)), Math.min(scene.plot.height, scene.ruler.yOfBound(first))];
}

/** The same of a cluster. */
export function extentOfCluster(scene: Scene, c: number): readonly [top: number, bottom: number] {
  const { clusters } = scene.hierarchy;
  return extent(scene, clusters.first[c] ?? 0, clusters.end[c] ?? 0);
}
