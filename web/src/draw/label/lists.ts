import { formatCount, formatPages } from '@procmap/shared/units.ts';
import { max } from 'd3-array';
import { kernelBand } from '../paint/kernel-band.ts';
import { type Label, labelEnd, labelFont, type Line, PAD } from './label.ts';
import { fitLine, fitWords } from './lines.ts';
import { type Member, type Members, membersOf } from './members.ts';
import { extent, type Scene } from '../paint/scene.ts';
import { runNames, thingsNames } from './use-words.ts';

/** CSS px: a line of 11 px text, and the minimum width for two columns. */
export const LINE = 12;
export const FONT = 11;
/** Of the plate, above and below. */
export const MARGIN = 1;
const TWO_COLUMNS = 380;

/** Device px. */
interface Stretch {
  readonly top: number;
  readonly bottom: number;
}

/**
 * Lists the members of a cluster that are too low for labels of their own by name: libraries, largest first, then all
 * others, in a second column if there is one. As many lines as fit, and the number of the remaining ones.
 */
export function listMembers(scene: Scene, labels: Label[]): void {
  const { hierarchy, plot, ruler } = scene;
  const { clusters } = hierarchy;
  const band = kernelBand(hierarchy, ruler, plot.height);
  const placed = labels.slice();
  for (let c = 0; c < clusters.length; c++) {
    if (clusters.isKernel[c] === 1 && band?.isCompact === true) break;
    const [first, end] = [clusters.first[c] ?? 0, clusters.end[c] ?? 0];
    const [top, bottom] = extent(scene, first, end);
    if (bottom - top < (LINE + 2 * MARGIN) * plot.dpr) continue;
    const inside = placed.filter((label) => label.first >= first && label.end <= end);
    const blocks = scene.blocks.filter((block) => block.first >= first && block.end <= end);
    for (const stretch of freeStretches(scene, top, bottom, inside, blocks)) listStretch(scene, c, stretch, labels);
  }
}

/** The parts of [top, bottom) without labels, labelled items and blocks, from the top down. */
function freeStretches(scene: Scene, top: number, bottom: number, labels: readonly Label[], blocks: readonly Stretch[]): Stretch[] {
  const taken: Stretch[] = labels.map((label) => {
    const [y0, y1] = extent(scene, label.first, label.end);
    return { top: Math.min(y0, label.y - label.height / 2), bottom: Math.max(y1, label.y + label.height / 2) };
  });
  taken.push(...blocks);
  taken.sort((a, b) => a.top - b.top);
  const free: Stretch[] = [];
  let from = top;
  for (const each of [...taken, { top: bottom, bottom }]) {
    if (each.top - from >= (LINE + 2 * MARGIN) * scene.plot.dpr) free.push({ top: from, bottom: each.top });
    from = Math.max(from, each.bottom);
  }
  return free;
}

function listStretch(scene: Scene, c: number, stretch: Stretch, labels: Label[]): void {
  const { hierarchy, plot } = scene;
  const [from, to] = runsIn(scene, c, stretch);
  if (to <= from) return;
  const { list, libraries, others } = unnamed(scene, c, membersOf(hierarchy, from, to));
  const height = LINE * plot.dpr;
  const lines = Math.floor((stretch.bottom - stretch.top - 2 * MARGIN * plot.dpr) / height);
  const left = plot.boxX + PAD * plot.dpr;
  const right = labelEnd(scene, (stretch.top + stretch.bottom) / 2, (stretch.bottom - stretch.top) / 2);
  const isTwo = libraries > 0 && others > 0 && libraries + others > lines && right - left >= TWO_COLUMNS * plot.dpr;
  if (!isTwo) {
    column(scene, stretch, list, libraries + others, lines, left, right, labels);
    return;
  }
  const gap = 2 * PAD * plot.dpr;
  const [first, second] = [list.filter((member) => member.isLibrary), list.filter((member) => !member.isLibrary)];
  // Full names if the other column has room to spare, else half the width each.
  const half = Math.floor((right - left - gap) / 2);
  const width = Math.min(widthOf(scene, first, libraries, lines), Math.max(half, right - left - gap - widthOf(scene, second, others, lines)));
  column(scene, stretch, first, libraries, lines, left, left + width, labels);
  column(scene, stretch, second, others, lines, left + width + gap, right, labels);
}

/** Width of the longest full line of a column. */
export function widthOf(scene: Scene, members: readonly Member[], count = members.length, lines = members.length): number {
  const font = labelFont(scene, FONT);
  return Math.ceil(max(linesOf(scene, members, count, lines, Infinity, font), ({ line }) => lineWidth(scene, line, font)) ?? 0);
}

function lineWidth({ measure }: Scene, { name, detail, detailX }: Line, font: string): number {
  return detail === '' ? measure(name, font) : detailX + measure(detail, font);
}

/** Omits a member whose name already stands beside it in the gutter: a kernel region. */
function unnamed({ hierarchy, plot }: Scene, c: number, members: Members): Members {
  const region = hierarchy.axis.intervals.kernel.half.regions[hierarchy.clusters.region[c] ?? -1];
  if (region === undefined || plot.gutterWidth === 0) return members;
  const list = members.list.filter(({ run }) => runNames(hierarchy, run).at(-1) !== region.name);
  return { ...members, list, others: members.others - (members.list.length - list.length) };
}

/** The runs of a cluster whose middle lies in a stretch: [from, to). */
function runsIn(scene: Scene, c: number, { top, bottom }: Stretch): readonly [from: number, to: number] {
  const { hierarchy, ruler } = scene;
  const { clusters, runs } = hierarchy;
  const middle = (r: number): number => (ruler.yOfBound(runs.first[r] ?? 0) + ruler.yOfBound(runs.end[r] ?? 0)) / 2;
  /** The first run whose middle is above y. Runs ascend while heights fall. */
  const above = (y: number): number => {
    let low = clusters.firstRun[c] ?? 0;
    let high = clusters.endRun[c] ?? 0;
    while (low < high) {
      const at = (low + high) >>> 1;
      if (middle(at) < y) high = at;
      else low = at + 1;
    }
    return low;
  };
  return [above(bottom), above(top)];
}

/** Lines in the middle of a stretch, between two x positions of the box; `count` is the total number of members. */
export function column(
  scene: Scene,
  stretch: Stretch,
  members: readonly Member[],
  count: number,
  lines: number,
  left: number,
  right: number,
  labels: Label[],
): void {
  const { plot, theme, hierarchy } = scene;
  const { runs } = hierarchy;
  const font = labelFont(scene, FONT);
  if (right <= left) return;
  const texts = linesOf(scene, members, count, lines, right - left, font);
  if (texts.length === 0) return;
  const height = LINE * plot.dpr;
  const widths = texts.map(({ line }) => lineWidth(scene, line, font));
  const top = (stretch.top + stretch.bottom - texts.length * height) / 2;
  const common = { x: left, font, plate: null };
  // One plate behind all lines.
  const whole = { isListed: false, first: 0, end: 0, mappings: 0, name: '', detail: '', detailX: 0, ink: theme.ink };
  labels.push({
    ...common,
    ...whole,
    plate: theme.surface,
    y: top + (texts.length * height) / 2,
    width: max(widths) ?? 0,
    height: texts.length * height + 2 * MARGIN * plot.dpr,
  });
  texts.forEach(({ line, member }, k) => {
    const run = member?.run ?? -1;
    const range = { first: runs.first[run] ?? 0, end: runs.end[run] ?? 0, mappings: member?.mappings ?? 0 };
    const y = top + (k + 0.5) * height;
    // A filter has faded its intervals.
    const isVeiled = member === null || scene.hits?.any(range.first, range.end) === false;
    const ink = isVeiled ? theme.inkMuted : theme.ink;
    labels.push({ ...common, ...range, ...line, isListed: member !== null, detailX: left + line.detailX, y, width: widths[k] ?? 0, height, ink });
  });
}

interface MemberLine {
  readonly line: Line;
  /** Null: the number of the others. */
  readonly member: Member | null;
}

/** Of the largest members, and the number of the others: on a line of its own unless there is one line for all. */
function linesOf(scene: Scene, members: readonly Member[], count: number, lines: number, room: number, font: string): MemberLine[] {
  const [largest] = members;
  const more = (others: number): string => `+ ${formatCount(others)} more`;
  if (lines === 1 && count > 1 && largest !== undefined)
    return [{ line: fitLine(scene, thingsNames(scene.hierarchy, largest.run, largest.things), [more(count - 1)], room, font), member: largest }];
  const shown: MemberLine[] = members.slice(0, count > lines ? lines - 1 : lines).map((member) => ({ line: memberLine(scene, member, room, font), member }));
  const others = count - shown.length;
  if (shown.length > 0 && others > 0) shown.push({ line: { name: more(others), detail: '', detailX: 0 }, member: null });
  return shown;
}

/** Prefers a full name to its size. */
function memberLine(scene: Scene, { run, pages, things }: Member, room: number, font: string): Line {
  const names = thingsNames(scene.hierarchy, run, things);
  const size = formatPages(pages);
  const whole = fitWords(scene, [...names.map((name) => [name, size]), names.slice(-1)], room, font);
  return whole.name === '' ? fitLine(scene, names.slice(-1), [size], room, font) : whole;
}
