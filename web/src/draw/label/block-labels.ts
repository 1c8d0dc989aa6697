import { formatCount } from '@procmap/shared/units.ts';
import type { Block } from '../paint/blocks.ts';
import type { Scene } from '../paint/scene.ts';
import { fitText } from '../paint/text.ts';
import { type Label, labelEnd, labelFont, MIN_HEIGHT, PAD } from './label.ts';
import { column, FONT, LINE, MARGIN, widthOf } from './lists.ts';
import { type Member, membersOf } from './members.ts';
import { runNames } from './use-words.ts';

const MOST_COLUMNS = 5;
/** In so few lines, more names are worth more than sizes. */
const FLOW_LINES = 3;

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
  if (lines <= FLOW_LINES) {
    if (block.bottom - block.top >= MIN_HEIGHT * plot.dpr) flow(scene, block, libraries, Math.max(1, lines), left, right, labels);
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

/** Names without sizes, one after another, in so few lines: `libicudata.so.72  libcrypto.so.3  + 39 more`. */
function flow(scene: Scene, block: Block, libraries: readonly Member[], lines: number, left: number, right: number, labels: Label[]): void {
  const { hierarchy, plot, theme, measure } = scene;
  const { runs } = hierarchy;
  const font = labelFont(scene, FONT);
  const gap = 2 * PAD * plot.dpr;
  const cells: { readonly name: string; readonly member: Member | null; readonly x: number; readonly line: number; readonly width: number }[] = [];
  let [x, line] = [left, 0];
  for (const [k, member] of libraries.entries()) {
    const rest = libraries.length - k;
    const more = rest > 1 ? gap + measure(`+ ${formatCount(rest - 1)} more`, font) : 0;
    let name = runNames(hierarchy, member.run).at(-1) ?? '';
    const room = (): number => right - x - (line === lines - 1 ? more : 0);
    if (measure(name, font) > room() && x > left && line < lines - 1) [x, line] = [left, line + 1];
    // Only the first one is cut.
    if (measure(name, font) > room()) name = k === 0 ? fitText(name, room(), font, measure) : '';
    if (name === '') break;
    const width = measure(name, font);
    cells.push({ name, member, x, line, width });
    x += width + gap;
  }
  if (cells.length === 0) return;
  if (cells.length < libraries.length) {
    const name = `+ ${formatCount(libraries.length - cells.length)} more`;
    cells.push({ name, member: null, x, line, width: measure(name, font) });
  }
  const height = LINE * plot.dpr;
  const middle = (block.top + block.bottom - 1) / 2;
  const top = middle - ((line + 1) * height) / 2;
  const common = { isListed: false, first: 0, end: 0, mappings: 0, detail: '', detailX: 0, font };
  labels.push({
    ...common,
    name: '',
    ink: theme.ink,
    plate: theme.surface,
    x: left,
    y: middle,
    width: Math.max(...cells.map((cell) => cell.x + cell.width)) - left,
    height: Math.min(block.bottom - block.top, (line + 1) * height + 2 * MARGIN * plot.dpr),
  });
  for (const { name, member, x, line, width } of cells) {
    const run = member?.run ?? -1;
    const range = { first: runs.first[run] ?? 0, end: runs.end[run] ?? 0, mappings: member?.mappings ?? 0 };
    const isVeiled = member === null || scene.hits?.any(range.first, range.end) === false;
    const ink = isVeiled ? theme.inkMuted : theme.ink;
    labels.push({ ...common, ...range, isListed: member !== null, name, x, y: top + (line + 0.5) * height, width, height, ink, plate: null });
  }
}
