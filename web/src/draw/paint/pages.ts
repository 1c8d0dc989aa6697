import { isFilled } from '@procmap/shared/intervals.ts';
import { PAGE_EXCLUSIVE, PAGE_FILE, PAGE_GUARD, PAGE_MARKER, PAGE_PRESENT, PAGE_SWAPPED, type PageStates } from '@procmap/shared/figures/page-states.ts';
import { interpolateRound } from 'd3-interpolate';
import { PAGE_TOKENS } from '../../colour/tokens.ts';
import { bitCount } from './bit-count.ts';
import type { Pen } from './pen.ts';
import type { Plot } from './plot.ts';
import type { Scene } from './scene.ts';

/** CSS px: minimum height of a mapping that shows its pages. */
const MIN_HEIGHT = 12;
/** Share of the box for the column of pages, at its right edge; the W+X badge stands between. */
const SHARE = 0.17;
const INSET = 48;
/** CSS px: minimum height of a page with a border. */
const MIN_LINED = 6;

/** Index in PAGE_TOKENS for every value of a state byte. */
const STYLES = Uint8Array.from({ length: 256 }, (_, flags) => PAGE_TOKENS.indexOf(tokenOf(flags)));

function styleOf(flags: number): number {
  return STYLES[flags] ?? 0;
}

function tokenOf(flags: number): (typeof PAGE_TOKENS)[number] {
  if ((flags & PAGE_SWAPPED) !== 0) return 'page-swapped';
  if ((flags & PAGE_GUARD) !== 0) return 'page-guard';
  if ((flags & PAGE_MARKER) !== 0) return 'page-marker';
  if ((flags & PAGE_PRESENT) === 0) return 'page-absent';
  const isOwn = (flags & PAGE_EXCLUSIVE) !== 0;
  return (flags & PAGE_FILE) !== 0 ? (isOwn ? 'page-file' : 'page-file-shared') : isOwn ? 'page-anon' : 'page-anon-shared';
}

/** Left edge and width of the column, device px; width 0 if the box is too narrow. */
export function pagesColumn({ dpr, boxX, boxWidth }: Plot): { readonly x: number; readonly width: number } {
  const width = Math.round(boxWidth * SHARE);
  const x = Math.round(boxX + boxWidth - INSET * dpr - width);
  return width < 12 * dpr || x < boxX + boxWidth / 3 ? { x: boxX + boxWidth, width: 0 } : { x, width };
}

/** True if the pages of some mapping in sight are drawn: labels then end before the column. */
export function showsPages({ pages, plot }: Scene): boolean {
  return pages !== null && pages.flags.length > 0 && pagesColumn(plot).width > 0;
}

/**
 * The state of each page in a column of its mapping: in memory or not, file or anonymous, shared or not. Where pages
 * are lower than a px, their states stand side by side.
 */
export function paintPages(pen: Pen, scene: Scene): void {
  const { rows, plot, projection, theme, pages } = scene;
  if (pages === null || !showsPages(scene)) return;
  const { x, width } = pagesColumn(plot);
  const { intervals } = scene.hierarchy.axis;
  const fills = PAGE_TOKENS.map((token) => theme.fills.get(token) ?? theme.line);
  const first = pages.startPage;
  const last = first + pages.flags.length;
  for (let r = 0; r < rows.length; r++) {
    const i = rows.first[r] ?? 0;
    const y0 = rows.y0[r] ?? 0;
    const y1 = rows.y1[r] ?? 0;
    const isMapping = (rows.end[r] ?? 0) - i === 1 && isFilled(intervals, i) && (intervals.row[i] ?? -1) >= 0;
    if (!isMapping || y1 - y0 < MIN_HEIGHT * plot.dpr) continue;
    const low = Math.max(intervals.bounds[i] ?? 0, first);
    const high = Math.min(intervals.bounds[i + 1] ?? 0, last);
    if (low >= high) continue;
    const seam = Math.max(1, Math.round(plot.dpr));
    const pxPerPage = projection.pxPerPage(i);
    if (pxPerPage >= 1) {
      const line = pxPerPage >= MIN_LINED * plot.dpr ? seam : 0;
      const from = Math.max(low, projection.pointAt(y1).page);
      const to = Math.min(high, projection.pointAt(Math.max(0, y0)).page + 1);
      for (let page = from; page < to; page++) {
        const top = Math.max(y0, Math.round(projection.yOf(page + 1)));
        const bottom = Math.min(y1 - seam, Math.round(projection.yOf(page)));
        if (bottom <= top) continue;
        pen.fillStyle = fills[styleOf(pages.flags[page - first] ?? 0)] ?? theme.line;
        pen.fillRect(x, top, width, Math.max(1, bottom - top - line));
      }
    } else paintMerged(pen, pages, fills, { x, width, y0, y1: y1 - seam }, (y) => Math.min(high, Math.max(low, projection.pointAt(y).page)));
  }
}

interface Column {
  readonly x: number;
  readonly width: number;
  readonly y0: number;
  readonly y1: number;
}

/** For each row of px: the states of all pages that end in it, in the order of PAGE_TOKENS. */
function paintMerged(pen: Pen, { startPage, flags }: PageStates, fills: readonly string[], { x, width, y0, y1 }: Column, pageAt: (y: number) => number): void {
  const edgeAt = interpolateRound(x, x + width);
  let below = pageAt(y0);
  for (let y = y0; y < y1; y++) {
    const to = below + (y === y0 ? 1 : 0);
    below = pageAt(y + 1);
    let seen = 0;
    for (let page = below; page < to; page++) seen |= 1 << styleOf(flags[page - startPage] ?? 0);
    if (seen === 0) continue;
    const count = bitCount(seen);
    let at = 0;
    for (let style = 0; style < fills.length; style++) {
      if ((seen & (1 << style)) === 0) continue;
      const left = edgeAt(at / count);
      pen.fillStyle = fills[style] ?? '';
      pen.fillRect(left, y, edgeAt(++at / count) - left, 1);
    }
  }
}
