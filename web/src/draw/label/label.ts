import { ALARM_BITS } from '../../axis/masks.ts';
import { kernelBand } from '../paint/kernel-band.ts';
import { pagesColumn, showsPages } from '../paint/pages.ts';
import type { Scene } from '../paint/scene.ts';

/**
 * A line of text in the box, in device px of the plot. Labels lie inside the box and inside the intervals they name,
 * and never overlap.
 */
export interface Label {
  /** The intervals it names, [first, end), with this number of mappings. */
  readonly first: number;
  readonly end: number;
  readonly mappings: number;
  /** Stands in a list, away from its intervals. */
  readonly isListed: boolean;
  readonly x: number;
  /** Middle of the line. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly name: string;
  /** Follows the name in a quieter ink; '' for none. */
  readonly detail: string;
  readonly detailX: number;
  readonly font: string;
  readonly ink: string;
  /**
   * Behind the text: the page's background over several colours or a pattern, the kind's own colour over hairlines, or
   * null.
   */
  readonly plate: string | null;
}

/** The intervals that a label names. */
export type Range = Pick<Label, 'first' | 'end' | 'mappings'>;

/** The text of a label, and the position of the detail. */
export type Line = Pick<Label, 'name' | 'detail' | 'detailX'>;

/** CSS px: minimum height of a labelled item. */
export const MIN_HEIGHT = 12;
/** Of the titles in the gutter. */
export const TITLE_HEIGHT = 12;
export const PLATE_HEIGHT = 16;
/** From the edge of the box to a label. */
export const PAD = 8;
/** Room at the right for the mark of an alarm. */
export const BADGE_WIDTH = 40;
/** From the middle of a line to a row whose mark may reach it. */
const BADGE_REACH = 18;
/** Width of the handle of the kernel half, in the box (view/KernelHead.svelte). */
const HEAD_WIDTH = 24;

/** Right end of a label at a height: the edge of the box, the column of pages, or the mark of a nearby alarm. */
export function labelEnd(scene: Scene, y: number, halfHeight = 0): number {
  const { rows, plot } = scene;
  if (showsPages(scene)) return pagesColumn(plot).x - PAD * plot.dpr;
  const edge = plot.boxX + plot.boxWidth - PAD * plot.dpr;
  // Without a gutter, the handle of the kernel half is at the end of its rows.
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
