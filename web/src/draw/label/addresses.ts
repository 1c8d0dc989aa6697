import { addressDigits, shownDigits } from '@procmap/shared/layout.ts';
import { bareByteAddress } from '@procmap/shared/page.ts';
import { endPage } from '../../axis/axis.ts';
import { clusterAt } from '../../axis/clusters.ts';
import { runAt } from '../../axis/runs.ts';
import { blockAt } from '../paint/blocks.ts';
import type { Pen } from '../paint/pen.ts';
import type { Scene } from '../paint/scene.ts';
import { placeTicks } from './ticks.ts';

/** An address beside the box, at a height in plot device px. */
export interface AddressLabel {
  readonly page: number;
  /** Byte in the page: not 0 only inside a page that is very high. */
  readonly byte: number;
  readonly y: number;
}

/** CSS px from one address to the next. */
const SPACING = 13;

/**
 * Start addresses of the rows in sight, and the end of the topmost, as far as there is room. Bounds of clusters come
 * first, then of runs, then of mappings, then round addresses inside high intervals; none inside a block.
 */
export function placeAddresses(scene: Pick<Scene, 'rows' | 'blocks' | 'plot' | 'hierarchy' | 'ruler' | 'projection' | 'blending'>): AddressLabel[] {
  const { rows, blocks, plot, hierarchy, ruler } = scene;
  const { axis, clusters, runs } = hierarchy;
  const taken = new Uint8Array(plot.height + 1);
  const spacing = Math.round(SPACING * plot.dpr);
  const placed: AddressLabel[] = [];
  const place = (page: number, at: number, byte = 0): void => {
    const y = Math.round(at);
    if (y < 0 || y > plot.height || taken[y] === 1) return;
    taken.fill(1, Math.max(0, y - spacing + 1), y + spacing);
    placed.push({ page, byte, y });
  };
  const start = (r: number): number => axis.intervals.bounds[rows.first[r] ?? 0] ?? 0;
  place(endPage(axis), ruler.yOfBound(axis.end));
  const ranks: number[][] = [[], [], []];
  for (let r = 0; r < rows.length; r++) {
    // The lowest row in sight may begin below the viewport.
    if (ruler.yOfBound(rows.first[r] ?? 0) > plot.height + 0.5) continue;
    const bound = rows.first[r] ?? 0;
    const block = blockAt(blocks, bound);
    if (block === undefined || block.first === bound) ranks[rank(bound)]?.push(r);
  }
  if (rows.length > 0 && (rows.first[rows.length - 1] ?? 0) === axis.first && ruler.yOfBound(axis.first) <= plot.height + 0.5)
    place(start(rows.length - 1), plot.height);
  for (const ofRank of ranks) for (const r of ofRank) place(start(r), rows.y1[r] ?? 0);
  if (!scene.blending) for (const { page, byte, y, isMajor } of placeTicks(scene)) if (isMajor) place(page, y, byte);
  return placed;

  /** 0: between clusters; 1: between runs; 2: inside a run. */
  function rank(bound: number): number {
    if (bound <= axis.first) return 0;
    const below = clusterAt(clusters, bound - 1);
    if (below !== clusterAt(clusters, bound) || below < 0) return 0;
    const run = runAt(runs, bound);
    return run < 0 || run !== runAt(runs, bound - 1) ? 1 : 2;
  }
}

/** Paints them with paler leading zeros, so that the significant digits stand out. */
export function paintAddresses(pen: Pen, scene: Scene, labels: readonly AddressLabel[]): void {
  const { plot, theme, hierarchy, measure } = scene;
  const font = `${Math.round(plot.addressFont * plot.dpr)}px ${theme.fontMono}`;
  const { layout } = hierarchy.axis.intervals;
  const digits = addressDigits(layout);
  const digitWidth = measure('0', font);
  const thin = Math.max(1, Math.round(plot.dpr));
  const tickX = plot.boxX + plot.boxWidth;
  pen.font = font;
  pen.fillStyle = theme.inkMuted;
  for (const { page, byte, y } of labels) {
    const told = scene.veil === null ? bareByteAddress({ page, byte }, shownDigits(layout, page)) : scene.veil.addressText(page, byte);
    if (told === '') continue;
    const text = told.padStart(digits + 1, ' ');
    const zeros = /^[ 0]*/.exec(text)?.[0].length ?? 0;
    const head = Math.min(zeros, text.length - 1);
    const base = Math.round(y + plot.addressFont * 0.36 * plot.dpr);
    pen.globalAlpha = 0.5;
    pen.fillRect(tickX, Math.min(y, plot.height - thin), plot.addressX - tickX + (text.startsWith(' ') ? digitWidth * 0.6 : -2 * thin), thin);
    if (head > 0) pen.fillText(text.slice(0, head), plot.addressX, base);
    pen.globalAlpha = 1;
    pen.fillText(text.slice(head), plot.addressX + head * digitWidth, base);
  }
}
