import { isFilled } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { NO_ACCESS_BIT, WRITE_EXEC_BIT } from '../axis/masks.ts';
import { runAt } from '../axis/runs.ts';
import { pagesColumn, showsPages } from './pages.ts';
import type { Pen } from './pen.ts';
import { extent, type Scene } from './scene.ts';
import { fitText } from './text.ts';
import { baseName, clusterMembers, clusterTitles, intervalDetails, intervalName, runDetails, runName } from './words.ts';

/** A line of text in the box, in device px of the plot. Labels lie inside the box and inside what they name, and never over each other. */
export interface Label {
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

/** CSS px: a level is labelled from here on. */
const LEAST_HEIGHT = 12;
const PLATE_HEIGHT = 16;
const PAD = 8;
/** Room at the right for the mark of W+X. */
export const BADGE_WIDTH = 40;
/** From the middle of a line to a row whose mark reaches it. */
const BADGE_REACH = 18;
/** From this width of the box on, mappings have a column beside the names of their runs, which then have so much. */
const TWO_COLUMNS = 560;
const FIRST_COLUMN = 260;

/**
 * Labels each level of meaning where it is high enough and its parts are not all named: single rows by themselves, runs by a plate.
 * Time depends on the rows, not on how many intervals there are.
 */
export function placeLabels(scene: Scene): Label[] {
  const { rows, hierarchy, plot } = scene;
  const { runs } = hierarchy;
  const least = LEAST_HEIGHT * plot.dpr;
  const labels: Label[] = [];
  for (let r = 0; r < rows.length;) {
    const top = (rows.end[r] ?? 0) - 1;
    const run = runAt(runs, top);
    if (run < 0) {
      if (isNamed(scene, r)) labels.push(rowLabel(scene, r, 0));
      r++;
      continue;
    }
    const first = runs.first[run] ?? 0;
    let next = r + 1;
    while (next < rows.length && (rows.end[next] ?? 0) > first) next++;
    const [y0, y1] = extent(scene, first, runs.end[run] ?? 0);
    if (y1 - y0 >= least) labelRun(scene, run, r, next, labels);
    // The last row may hold the beginning of the next run, too.
    r = next;
  }
  if (plot.gutterWidth === 0) labelClustersInBox(scene, labels);
  return labels;
}

/** True for a row of one interval, high enough for its name. */
function isNamed(scene: Scene, r: number): boolean {
  const { rows, plot } = scene;
  return (rows.end[r] ?? 0) - (rows.first[r] ?? 0) === 1 && (rows.y1[r] ?? 0) - (rows.y0[r] ?? 0) >= LEAST_HEIGHT * plot.dpr;
}

/** Rows [from, to) are what is in sight of a run. */
function labelRun(scene: Scene, run: number, from: number, to: number, labels: Label[]): void {
  const { rows, hierarchy, plot } = scene;
  const { intervals } = hierarchy.axis;
  const named: number[] = [];
  let complete = true;
  for (let r = from; r < to; r++) {
    const isMapping = (rows.end[r] ?? 0) - (rows.first[r] ?? 0) > 1 || isFilled(intervals, rows.first[r] ?? 0);
    // What the edge of the viewport cuts may well be named a few px further on.
    const isCut = r === 0 || r === rows.length - 1;
    if (isNamed(scene, r)) named.push(r);
    else if (isMapping && !(isCut && to - from > 1)) complete = false;
  }
  const single = hierarchy.runs.mappings[run] === 1;
  const y0 = rows.y0[from] ?? 0;
  const y1 = rows.y1[to - 1] ?? 0;
  const plate =
    complete || (single && named.length > 0)
      ? null
      : plateLabel(scene, y0, y1, (room, font) =>
          fitLine(scene, [runName(intervals, hierarchy.runs, run)], runDetails(intervals, hierarchy.runs, run, scene.veil !== null), room, font),
        );
  if (plate !== null) labels.push(plate);
  const beside = plate !== null && plot.boxWidth >= TWO_COLUMNS * plot.dpr;
  const indent = beside ? FIRST_COLUMN * plot.dpr : 0;
  for (const r of named) {
    const label = rowLabel(scene, r, indent);
    if (plate === null || beside || Math.abs(label.y - plate.y) >= (label.height + plate.height) / 2) labels.push(label);
  }
}

/** Where a label at a height ends: at the box's edge, before the column of pages, or before the mark of W+X where one is near. */
function labelEnd(scene: Scene, y: number): number {
  const { rows, plot } = scene;
  if (showsPages(scene)) return pagesColumn(plot).x - PAD * plot.dpr;
  const edge = plot.boxX + plot.boxWidth - PAD * plot.dpr;
  if ((rows.anyMask & WRITE_EXEC_BIT) === 0) return edge;
  const near = BADGE_REACH * plot.dpr;
  let r = Math.max(0, rows.at(Math.max(0, Math.floor(y - near))));
  for (; r < rows.length && (rows.y0[r] ?? 0) < y + near; r++) {
    if (((rows.mask[r] ?? 0) & WRITE_EXEC_BIT) !== 0) return edge - BADGE_WIDTH * plot.dpr;
  }
  return edge;
}

function labelFont(scene: Scene, css: number): string {
  return `${Math.round(css * scene.plot.dpr)}px ${scene.theme.fontUi}`;
}

/** The name and details of a single row, in its middle. */
function rowLabel(scene: Scene, r: number, indent: number): Label {
  const { rows, plot, theme, hierarchy, measure } = scene;
  const { intervals } = hierarchy.axis;
  const i = rows.first[r] ?? 0;
  const y0 = rows.y0[r] ?? 0;
  const y1 = rows.y1[r] ?? 0;
  const colourClass = scene.classes.of[i] ?? 0;
  const font = labelFont(scene, y1 - y0 < 15 * plot.dpr ? 11 : 12);
  const x = plot.boxX + indent + PAD * plot.dpr;
  const room = labelEnd(scene, (y0 + y1 - 1) / 2) - x;
  const full = intervalName(intervals, i);
  const details = scene.veil?.hidesSize(i) === true ? [] : intervalDetails(intervals, i);
  // What is not mapped has words for a name.
  const line =
    (intervals.row[i] ?? -1) < 0
      ? fitWords(scene, [[full, ...details], [full, ...details.slice(0, 1)], [full]], room, font)
      : fitLine(scene, [full, baseName(full)], details, room, font);
  const quiet = colourClass === Kind.gap;
  // On what a filter fades the ink of the full colour could not be read.
  const isVeiled = scene.hits?.any(i, i + 1) === false;
  const patterned = ((rows.mask[r] ?? 0) & (WRITE_EXEC_BIT | NO_ACCESS_BIT)) !== 0 || (theme.isPatterned && !quiet);
  const plate = patterned ? theme.surface : y1 - y0 > 60 * plot.dpr && !quiet ? (scene.fills.fill[colourClass] ?? null) : null;
  return {
    x,
    y: (y0 + y1 - 1) / 2,
    height: plate === null ? LEAST_HEIGHT * plot.dpr : Math.min(PLATE_HEIGHT * plot.dpr, y1 - y0),
    font,
    ink: quiet || isVeiled ? theme.inkMuted : patterned ? theme.ink : (scene.fills.ink[colourClass] ?? theme.ink),
    plate,
    ...line,
    detailX: x + line.detailX,
    width: Math.min(room, line.detail === '' ? measure(line.name, font) : line.detailX + measure(line.detail, font)),
  };
}

/** A plate in the middle of [y0, y1) with what `fitTo` makes of the room there, or null where nothing fits. */
function plateLabel(scene: Scene, y0: number, y1: number, fitTo: (room: number, font: string) => Line): Label | null {
  const { plot, theme, measure } = scene;
  const height = Math.min(PLATE_HEIGHT * plot.dpr, y1 - y0);
  const font = labelFont(scene, height < 15 * plot.dpr ? 11 : 12);
  const x = plot.boxX + PAD * plot.dpr;
  const wide = plot.boxWidth >= TWO_COLUMNS * plot.dpr;
  const room = wide ? (FIRST_COLUMN - 2 * PAD) * plot.dpr : labelEnd(scene, (y0 + y1 - 1) / 2) - x;
  const line = fitTo(room, font);
  if (line.name === '') return null;
  const width = line.detail === '' ? measure(line.name, font) : line.detailX + measure(line.detail, font);
  return { x, y: (y0 + y1 - 1) / 2, width, height, font, ink: theme.ink, plate: theme.surface, ...line, detailX: x + line.detailX };
}

/** What a label says, and how far behind its beginning the detail stands. */
type Line = Pick<Label, 'name' | 'detail' | 'detailX'>;

/** The first that fits as a whole, the most telling first: words are left out, never cut. Each is a name and its details. */
function fitWords(scene: Scene, choices: readonly (readonly string[])[], room: number, font: string): Line {
  const { measure, plot } = scene;
  for (const [name = '', ...details] of choices) {
    const detail = details.join('  ');
    const nameWidth = measure(name, font);
    const detailX = detail === '' ? 0 : nameWidth + 10 * plot.dpr;
    if ((detail === '' ? nameWidth : detailX + measure(detail, font)) <= room) return { name, detail, detailX };
  }
  return { name: '', detail: '', detailX: 0 };
}

/** For names of files. The best of: a full name with all details, a shorter one, fewer details, at last a name with an ellipsis. */
function fitLine(scene: Scene, names: readonly string[], details: readonly string[], room: number, font: string): Line {
  const space = 10 * scene.plot.dpr;
  const { measure } = scene;
  for (let count = details.length; count > 0; count--) {
    const detail = details.slice(0, count).join('  ');
    for (const name of count === details.length ? names : names.slice(-1)) {
      const detailX = measure(name, font) + space;
      if (detailX + measure(detail, font) <= room) return { name, detail, detailX };
    }
  }
  const size = details[0] ?? '';
  const short = names.at(-1) ?? '';
  const name = fitText(short, room - space - measure(size, font), font, measure);
  if (name !== '') return { name, detail: size, detailX: measure(name, font) + space };
  return { name: fitText(short, room, font, measure), detail: '', detailX: 0 };
}

/** Without a gutter, a cluster is named in the box, where the labels of its parts leave a place. */
function labelClustersInBox(scene: Scene, labels: Label[]): void {
  const { hierarchy, plot } = scene;
  const { clusters } = hierarchy;
  for (let c = 0; c < clusters.length; c++) {
    const [top, bottom] = extent(scene, clusters.first[c] ?? 0, clusters.end[c] ?? 0);
    const height = PLATE_HEIGHT * plot.dpr;
    // A region of the kernel has a name of its own, and is nowhere else named.
    if (bottom - top < (clusters.isKernel[c] === 1 ? 1 : 4) * height) continue;
    if (labels.some((label) => label.y > top && label.y < bottom)) continue;
    const middle = (top + bottom) / 2;
    const titles = clusterTitles(hierarchy, c);
    // Its size tells more than what it holds.
    const choices = [[titles[0] ?? '', ...clusterMembers(hierarchy, c).slice(0, 1)], ...titles.map((title) => [title])];
    const label = plateLabel(scene, middle - height / 2, middle + height / 2, (room, font) => fitWords(scene, choices, room, font));
    if (label !== null) labels.push(label);
  }
}

/** Plates of the kind's own colour, below the marks that are laid over the map: above them each would be a patch. */
export function paintOwnPlates(pen: Pen, scene: Scene, labels: readonly Label[]): void {
  for (const label of labels) if (label.plate !== scene.theme.surface) paintPlate(pen, scene, label, 1);
}

function paintPlate(pen: Pen, { plot: { dpr } }: Scene, label: Label, alpha: number): void {
  if (label.plate === null || label.name === '') return;
  pen.fillStyle = label.plate;
  pen.globalAlpha = alpha;
  pen.beginPath();
  pen.roundRect(label.x - 5 * dpr, label.y - label.height / 2 + 0.5, label.width + 10 * dpr, label.height - 1, 3 * dpr);
  pen.fill();
  pen.globalAlpha = 1;
}

/** Paints labels: the other plates first, then the text. Expects textAlign left and textBaseline alphabetic. */
export function paintLabels(pen: Pen, scene: Scene, labels: readonly Label[]): void {
  const { dpr } = scene.plot;
  for (const label of labels) if (label.plate === scene.theme.surface) paintPlate(pen, scene, label, 0.88);
  for (const label of labels) {
    const size = Number.parseInt(label.font, 10);
    // The small font stands in rows of 12 px: higher, so that `_` does not fall into the seam below.
    const base = Math.round(label.y + size * (size < 11.5 * dpr ? 0.27 : 0.36));
    pen.font = label.font;
    pen.fillStyle = label.ink;
    pen.globalAlpha = 1;
    pen.fillText(label.name, label.x, base);
    if (label.detail === '') continue;
    pen.globalAlpha = 0.85;
    pen.fillText(label.detail, label.detailX, base);
  }
  pen.globalAlpha = 1;
}
