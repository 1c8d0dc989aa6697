import { formatCount, formatPages } from '@procmap/shared/units.ts';
import type { Block } from '../paint/blocks.ts';
import type { Scene } from '../paint/scene.ts';
import { type Label, labelEnd, labelFont, MIN_HEIGHT, PAD } from './label.ts';
import { fitLine, fitWords } from './lines.ts';
import { column, FONT, LINE, MARGIN, widthOf } from './lists.ts';
import { type Member, membersOf } from './members.ts';
import { runName } from './words.ts';

const MOST_COLUMNS = 5;

/** The libraries of each block by name, largest first: as many as fit, and the number of the others. */
export function labelBlocks(scene: Scene, labels: Label[]): void {
  for (const block of scene.blocks) labelBlock(scene, block, labels);
}

function labelBlock(scene: Scene, block: Block, labels: Label[]): void {
  const { hierarchy, plot } = scene;
  const { shelves } = hierarchy;
  const libraries = membersOf(hierarchy, shelves.firstRun[block.shelf] ?? 0, shelves.endRun[block.shelf] ?? 0).list.filter(({ isLibrary }) => isLibrary);
  const lines = Math.floor((block.bottom - block.top - 2 * MARGIN * plot.dpr) / (LINE * plot.dpr));
  const left = plot.boxX + PAD * plot.dpr;
  const right = labelEnd(scene, (block.top + block.bottom) / 2, (block.bottom - block.top) / 2);
  if (lines < 2) {
    const label = block.bottom - block.top < MIN_HEIGHT * plot.dpr ? null : singleLine(scene, block, libraries, left, right);
    if (label !== null) labels.push(label);
    return;
  }
  const gap = 2 * PAD * plot.dpr;
  let columns = Math.min(MOST_COLUMNS, Math.ceil(libraries.length / lines));
  let width = right - left;
  for (; columns > 1; columns--) {
    width = widthOf(scene, libraries.slice(0, columns * lines));
    if (columns * (width + gap) - gap <= right - left) break;
  }
  const top = (block.top + block.bottom - Math.min(lines, libraries.length) * LINE * plot.dpr) / 2;
  for (let k = 0; k < columns; k++) {
    const x = left + k * (width + gap);
    const rest = libraries.slice(k * lines);
    const isLast = k === columns - 1;
    // All columns begin at the same height.
    const stretch = { top, bottom: top + Math.min(lines, rest.length) * LINE * plot.dpr };
    column(scene, stretch, rest, isLast ? rest.length : lines, lines, x, isLast ? right : x + width, labels);
  }
}

/** `libc.so.6  1.8 MB  + 40 more`. */
function singleLine(scene: Scene, block: Block, libraries: readonly Member[], left: number, right: number): Label | null {
  const { hierarchy, plot, theme, measure } = scene;
  const { axis, runs } = hierarchy;
  const [largest] = libraries;
  if (largest === undefined) return null;
  const font = labelFont(scene, FONT);
  const name = runName(axis.intervals, runs, largest.run);
  const more = `+ ${formatCount(libraries.length - 1)} more`;
  const whole = fitWords(scene, [[name, formatPages(largest.pages), more], [name, more], [name]], right - left, font);
  const line = whole.name === '' ? fitLine(scene, [name], [more], right - left, font) : whole;
  if (line.name === '') return null;
  return {
    ...line,
    first: runs.first[largest.run] ?? 0,
    end: runs.end[largest.run] ?? 0,
    mappings: largest.mappings,
    isListed: true,
    x: left,
    y: (block.top + block.bottom - 1) / 2,
    detailX: left + line.detailX,
    width: line.detail === '' ? measure(line.name, font) : line.detailX + measure(line.detail, font),
    height: MIN_HEIGHT * plot.dpr,
    font,
    ink: theme.ink,
    plate: theme.surface,
  };
}
