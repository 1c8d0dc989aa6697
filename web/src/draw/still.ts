import type { PageStates } from '@procmap/shared/figures/page-states.ts';
import type { Camera } from '../axis/camera.ts';
import type { Hierarchy } from '../axis/hierarchy.ts';
import { Masks, maskLevels } from '../axis/masks.ts';
import { Projection } from '../axis/projection.ts';
import { Rows } from '../axis/rows.ts';
import type { Classes } from '../colour/classes.ts';
import { closedShelves } from './paint/blocks.ts';
import { fillsOf } from './paint/fills.ts';
import { Hits } from './paint/hits.ts';
import type { PageRange } from '../regions/page-range.ts';
import { Painter } from './painter.ts';
import type { Patterns } from './paint/patterns.ts';
import type { Pen } from './paint/pen.ts';
import { layOut } from './paint/plot.ts';
import type { Measure } from './paint/text.ts';
import type { Theme } from './paint/theme.ts';
import type { Veil } from './paint/veil.ts';

/** A snapshot of a view with everything needed to paint it: the source of a picture. */
export interface Still {
  readonly hierarchy: Hierarchy;
  /** For a plot of the canvas' height, in its device px. */
  readonly camera: Camera;
  readonly cssWidth: number;
  readonly cssHeight: number;
  /** Device px per CSS px of that canvas. */
  readonly dpr: number;
  readonly classes: Classes;
  /** Indexes of intervals that match a filter, descending; null without one. */
  readonly hits: Uint32Array | null;
  readonly pages: PageStates | null;
  readonly selected: PageRange | null;
  readonly highlights: readonly PageRange[];
  readonly veil: Veil | null;
}

/** Paints it at `dpr` px per CSS px; at `still.dpr` exactly as on the canvas. */
export function paintStill(pen: Pen, still: Still, dpr: number, theme: Theme, patterns: Patterns, measure: Measure): void {
  const { hierarchy, camera, classes, hits } = still;
  const longest = '0'.repeat(hierarchy.axis.intervals.layout.bits === 32 ? 9 : 17);
  const plot = layOut(still.cssWidth, still.cssHeight, dpr, (fontPx) => measure(longest, `${fontPx}px ${theme.fontMono}`));
  const ratio = dpr / still.dpr;
  const projection = new Projection(hierarchy.axis, { ...camera, y: camera.y * ratio, scale: camera.scale * ratio });
  const rows = new Rows();
  rows.fill(projection, new Masks(maskLevels(hierarchy.axis.intervals, classes.of)), plot.height);
  const painter = new Painter(pen);
  painter.restyle(patterns);
  painter.paint(
    {
      hierarchy,
      ruler: projection,
      projection,
      blending: false,
      rows,
      blocks: hits === null ? closedShelves(hierarchy, projection, rows, plot.height, dpr) : [],
      classes,
      fills: fillsOf(theme, classes.list),
      hits: hits === null ? null : new Hits(hits),
      pages: still.pages,
      plot,
      theme,
      measure,
      veil: still.veil,
    },
    { hover: () => null, selected: still.selected, highlights: still.highlights },
  );
}
