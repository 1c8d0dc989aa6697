import { sum } from 'd3-array';
import type { Hierarchy } from '../../axis/hierarchy.ts';
import { runAt } from '../../axis/runs.ts';
import { blockAt } from '../paint/blocks.ts';
import { kernelBand } from '../paint/kernel-band.ts';
import { type Label, TITLE_HEIGHT } from './label.ts';
import type { Pen } from '../paint/pen.ts';
import { extent, type Scene } from '../paint/scene.ts';
import { fitText } from '../paint/text.ts';
import { clusterMembers, clusterTitles, halfMembers, halfTitles } from './words.ts';

/** A line in the gutter, right-aligned at the brackets. */
export interface GutterLine {
  readonly text: string;
  /** Middle of the line, plot device px. */
  readonly y: number;
  readonly isTitle: boolean;
}

const LINE = 15;
const MAX_LINES = 6;
/** CSS px at the left of the gutter that the handle of the kernel half covers (view/KernelHead.svelte). */
const HEAD_STRIP = 5;

export function gutterFont(scene: Scene, isTitle: boolean): string {
  const { plot, theme } = scene;
  return `${isTitle ? '600 ' : ''}${Math.round((isTitle ? 12 : 11) * plot.dpr)}px ${theme.fontUi}`;
}

/**
 * The names of the clusters in sight: a title where it fits beside its cluster, and below it the cluster's members, as
 * many lines as fit. Names already in the box (`labels`) are not repeated.
 */
export function placeGutter(scene: Scene, labels: readonly Label[]): GutterLine[] {
  const { hierarchy, plot, ruler } = scene;
  const { clusters } = hierarchy;
  const lines: GutterLine[] = [];
  if (plot.gutterWidth === 0) return lines;
  const band = kernelBand(hierarchy, ruler, plot.height);
  const isCompact = band?.isCompact === true;
  if (isCompact) addBlock(scene, lines, Math.max(0, band.top), Math.min(plot.height, band.bottom), halfTitles(hierarchy), halfMembers(hierarchy));
  for (let c = clusters.length - 1; c >= 0; c--) {
    if (isCompact && clusters.isKernel[c] === 1) continue;
    const [first, end] = [clusters.first[c] ?? 0, clusters.end[c] ?? 0];
    const [top, bottom] = extent(scene, first, end);
    if (bottom - top < TITLE_HEIGHT * plot.dpr) continue;
    const inside = labels.filter((label) => label.first >= first && label.end <= end && label.name !== '');
    if (inside.some((label) => label.first === first && label.end === end && !isRegion(hierarchy, c))) continue;
    const members = clusterMembers(hierarchy, c).filter(({ isNamed, mappings }) => mappings === 0 || countOf(inside, isNamed) < mappings);
    const width = plot.gutterWidth - (band !== null && clusters.isKernel[c] === 1 ? HEAD_STRIP * plot.dpr : 0);
    addBlock(
      scene,
      lines,
      top,
      bottom,
      clusterTitles(hierarchy, c),
      members.map(({ text }) => text),
      width,
    );
  }
  return lines;
}

/** A kernel region: its name is in the gutter, its details are in the box. */
function isRegion({ clusters }: Hierarchy, c: number): boolean {
  return (clusters.region[c] ?? -1) >= 0;
}

/** Mappings represented by labels with such a name. */
function countOf(labels: readonly Label[], isNamed: (name: string) => boolean): number {
  return sum(labels, (label) => (isNamed(label.name) ? label.mappings : 0));
}

/** A title and as many lines as have room, in the middle of [top, bottom); nothing if the title does not fit. */
function addBlock(
  scene: Scene,
  lines: GutterLine[],
  top: number,
  bottom: number,
  titles: readonly string[],
  members: readonly string[],
  width = scene.plot.gutterWidth,
): void {
  const { plot, measure } = scene;
  const height = bottom - top;
  const titleFont = gutterFont(scene, true);
  const title = titles.find((text) => measure(text, titleFont) <= width);
  if (height < TITLE_HEIGHT * plot.dpr || title === undefined) return;
  const room = Math.min(MAX_LINES, Math.floor((height - TITLE_HEIGHT * plot.dpr) / (LINE * plot.dpr)));
  const more = wrap(scene, members, room, width);
  const middle = (top + bottom) / 2 - (more.length * LINE * plot.dpr) / 2;
  lines.push({ text: title, y: middle, isTitle: true });
  more.forEach((text, k) => lines.push({ text, y: middle + (k + 1) * LINE * plot.dpr, isTitle: false }));
}

/** Members joined by commas over at most `most` lines. Members are not split, except one that is wider than `width`. */
function wrap(scene: Scene, members: readonly string[], most: number, width: number): string[] {
  const font = gutterFont(scene, false);
  const lines: string[] = [];
  for (const member of members) {
    const last = lines.at(-1);
    const joined = `${last}, ${member}`;
    if (last !== undefined && scene.measure(joined, font) <= width) lines[lines.length - 1] = joined;
    else if (lines.length < most) lines.push(fitText(member, width, font, scene.measure));
    else break;
  }
  return lines;
}

export function paintGutter(pen: Pen, scene: Scene, lines: readonly GutterLine[]): void {
  const { plot, theme } = scene;
  pen.textAlign = 'right';
  for (const line of lines) {
    pen.font = gutterFont(scene, line.isTitle);
    pen.fillStyle = line.isTitle ? theme.ink : theme.inkMuted;
    pen.fillText(line.text, plot.gutterX + plot.gutterWidth, Math.round(line.y + (line.isTitle ? 12 : 11) * 0.36 * plot.dpr));
  }
  pen.textAlign = 'left';
}

/** `[` at the left of clusters and of runs with several mappings. */
export function paintBrackets(pen: Pen, scene: Scene): void {
  const { hierarchy, plot, theme, rows } = scene;
  const { clusters, runs } = hierarchy;
  const thin = Math.max(1, Math.round(plot.dpr));
  const bracket = (x: number, top: number, bottom: number, foot: number): void => {
    const y0 = Math.round(top);
    const y1 = Math.max(y0 + thin, Math.round(bottom) - thin);
    pen.fillRect(x, y0, thin, y1 - y0);
    if (y1 - y0 < 4 * thin) return;
    // No foot if the end is out of sight.
    if (top > 0) pen.fillRect(x, y0, foot, thin);
    if (bottom < plot.height) pen.fillRect(x, y1 - thin, foot, thin);
  };
  const foot = Math.round((plot.gutterWidth === 0 ? 3 : 5) * plot.dpr);
  pen.fillStyle = theme.inkMuted;
  const band = kernelBand(hierarchy, scene.ruler, plot.height);
  const isCompact = band?.isCompact === true;
  if (isCompact) bracket(plot.clusterX, Math.max(0, band.top), Math.min(plot.height, band.bottom), foot);
  for (let c = 0; c < clusters.length; c++) {
    if (isCompact && clusters.isKernel[c] === 1) continue;
    const [top, bottom] = extent(scene, clusters.first[c] ?? 0, clusters.end[c] ?? 0);
    if (bottom - top >= 3 * thin) bracket(plot.clusterX, top, bottom, foot);
  }
  pen.globalAlpha = 0.7;
  // Row by row from the top: there may be a million runs, many of them in one row.
  for (let r = 0; r < rows.length;) {
    const block = blockAt(scene.blocks, (rows.end[r] ?? 0) - 1);
    const run = runAt(runs, (rows.end[r] ?? 0) - 1);
    const first = block !== undefined ? block.first : run < 0 ? (rows.first[r] ?? 0) : (runs.first[run] ?? 0);
    if (block !== undefined) bracket(plot.runX, ...extent(scene, first, block.end), foot);
    else if (run >= 0 && (runs.mappings[run] ?? 0) > 1) {
      const [top, bottom] = extent(scene, first, runs.end[run] ?? 0);
      if (bottom - top >= 8 * plot.dpr) bracket(plot.runX, top, bottom, foot);
    }
    do r++;
    while (r < rows.length && (rows.end[r] ?? 0) > first);
  }
  pen.globalAlpha = 1;
}
