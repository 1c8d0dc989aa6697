import { ALARM_BITS } from '../../axis/masks.ts';
import { kernelBand } from '../paint/kernel-band.ts';
import { pagesColumn, showsPages } from '../paint/pages.ts';
import type { Scene } from '../paint/scene.ts';

/** A line of text in the box, in device px of the plot. Labels lie inside the box and inside what they name, and never over each other. */
export interface Label {
  /** What it names: intervals [first, end), and so many mappings of them. */
  readonly first: number;
  readonly end: number;
  readonly mappings: number;
  /** It stands in a list, and not where that lies. */
  readonly isListed: boolean;
  readonly x: number;
  /** Middle of the line. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  /** Behind the name, quieter; '' for none. */
  readonly detail: string;
  readonly detailX: number;
  readonly font: string;
  readonly ink: string;
  /** Behind the text: the page's background where there are many colours or a pattern, the kind's own colour over hairlines, or null. */
  readonly plate: string | null;
}

/** What a label names. */
export type Range = Pick<Label, 'first' | 'end' | 'mappings'>;

/** What a label says, and how far behind its beginning the detail stands. */
export type Line = Pick<Label, 'name' | 'detail' | 'detailX'>;

/** CSS px: a level is labelled from here on. */
export const MIN_HEIGHT = 12;
/** Of the gutter's titles. */
export const TITLE_HEIGHT = 12;
export const PLATE_HEIGHT = 16;
/** From the box's edge to a label. */
export const PAD = 8;
/** Room at the right for the mark of an alarm. */
export const BADGE_WIDTH = 40;
/** From the middle of a line to a row whose mark reaches it. */
const BADGE_REACH = 18;
/** Of what opens the kernel half, in the box (ui/KernelHead.svelte). */
const HEAD_WIDTH = 24;

/** Where a label at a height ends: at the box's edge, before the column of pages, or before the mark of an alarm where one is near. */
export function labelEnd(scene: Scene, y: number, halfHeight = 0): number {
  const { rows, plot } = scene;
  if (showsPages(scene)) return pagesColumn(plot).x - PAD * plot.dpr;
  const edge = plot.boxX + plot.boxWidth - PAD * plot.dpr;
  // Without a gutter, what opens the kernel half lies at the end of its rows.
  const band = plot.gutterWidth === 0 ? kernelBand(scene.hierarchy, scene.ruler, plot.height) : null;
  if (band !== null && y < band.bottom) return edge - HEAD_WIDTH * plot.dpr;
  if ((rows.anyMask & ALARM_BITS) === 0) return edge;
  const near = BADGE_REACH * plot.dpr + halfHeight;
  let r = Math.max(0, rows.at(Math.max(0, Math.floor(y - near))));
  for (; r < rows.length && (rows.y0[r] ?? 0) < y + near; r++) {
    if (((rows.mask[r] ?? 0) & ALARM_BITS) !== 0) return edge - BADGE_WIDTH * plot.dpr;
  }
  return edge;
}

export function labelFont(scene: Scene, css: number): string {
  return `${Math.round(css * scene.plot.dpr)}px ${scene.theme.fontUi}`;
}
