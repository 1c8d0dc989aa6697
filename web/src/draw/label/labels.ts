import { isFilled } from '@procmap/shared/intervals.ts';
import { runAt } from '../../axis/runs.ts';
import { labelBlocks } from './block-labels.ts';
import { labelClustersInBox, labelRegions } from './cluster-labels.ts';
import { blockAt } from '../paint/blocks.ts';
import { kernelBand } from '../paint/kernel-band.ts';
import { type Label, MIN_HEIGHT, type Range } from './label.ts';
import { fitLine, fitWords, withoutName } from './lines.ts';
import { listMembers } from './lists.ts';
import type { Pen } from '../paint/pen.ts';
import { FIRST_COLUMN, isNamedInGutter, plateLabel, rowLabel, TWO_COLUMNS } from './plates.ts';
import { extent, type Scene } from '../paint/scene.ts';
import { runNames } from './use-words.ts';
import { runDetails } from './words.ts';

/**
 * Labels each level that is high enough and whose members are not all named: single rows directly, runs by a plate, and
 * anything lower by a list of the largest, blocks too. Nothing is named twice. The time depends on the number of rows, not of
 * intervals.
 */
export function placeLabels(scene: Scene): Label[] {
  const { rows, hierarchy, plot } = scene;
  const { runs } = hierarchy;
  const least = MIN_HEIGHT * plot.dpr;
  const labels: Label[] = [];
  const band = kernelBand(hierarchy, scene.ruler, plot.height);
  let begin = 0;
  if (band?.isCompact === true) {
    labelRegions(scene, labels);
    while (begin < rows.length && (rows.first[begin] ?? 0) >= band.first) begin++;
  }
  for (let r = begin; r < rows.length;) {
    const top = (rows.end[r] ?? 0) - 1;
    const block = blockAt(scene.blocks, top);
    if (block !== undefined) {
      while (r < rows.length && (rows.end[r] ?? 0) > block.first) r++;
      continue;
    }
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
    // The last row may also hold the start of the next run.
    r = next;
  }
  labelBlocks(scene, labels);
  listMembers(scene, labels);
  if (plot.gutterWidth === 0) labelClustersInBox(scene, labels);
  return labels;
}

/** True for a row of one interval that is high enough for its name. */
function isNamed(scene: Scene, r: number): boolean {
  const { rows, plot } = scene;
  return (rows.end[r] ?? 0) - (rows.first[r] ?? 0) === 1 && (rows.y1[r] ?? 0) - (rows.y0[r] ?? 0) >= MIN_HEIGHT * plot.dpr;
}

/** Rows [from, to) are the part of a run in sight. */
function labelRun(scene: Scene, run: number, from: number, to: number, labels: Label[]): void {
  const { rows, hierarchy, plot } = scene;
  const { intervals } = hierarchy.axis;
  const named: number[] = [];
  let complete = true;
  for (let r = from; r < to; r++) {
    const isMapping = (rows.end[r] ?? 0) - (rows.first[r] ?? 0) > 1 || isFilled(intervals, rows.first[r] ?? 0);
    // A row cut by the edge of the viewport may be named after moving a few px.
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
      : plateLabel(scene, runRange(scene, run), y0, y1, (room, font) => {
          const details = runDetails(hierarchy, run, scene.veil !== null);
          if (isNamedInGutter(scene, hierarchy.runs.first[run] ?? 0)) return fitWords(scene, withoutName(details), room, font);
          return fitLine(scene, runNames(hierarchy, run), details, room, font);
        });
  // The label of what is most of it tells the same.
  const isTold = plate !== null && named.some((r) => isMost(scene, run, r) && rowLabel(scene, r, 0).name === plate.name);
  if (plate !== null && !isTold) labels.push(plate);
  const beside = plate !== null && !isTold && plot.boxWidth >= TWO_COLUMNS * plot.dpr;
  const indent = beside ? FIRST_COLUMN * plot.dpr : 0;
  for (const r of named) {
    const label = rowLabel(scene, r, indent);
    if (plate === null || isTold || beside || Math.abs(label.y - plate.y) >= (label.height + plate.height) / 2) labels.push(label);
  }
}

/** A row of one interval that has more than half of the run's pages. */
function isMost({ rows, hierarchy: { axis, runs } }: Scene, run: number, r: number): boolean {
  const { bounds } = axis.intervals;
  const i = rows.first[r] ?? 0;
  return (bounds[i + 1] ?? 0) - (bounds[i] ?? 0) > (runs.mappedPages[run] ?? 0) / 2;
}

function runRange({ hierarchy: { runs } }: Scene, run: number): Range {
  return { first: runs.first[run] ?? 0, end: runs.end[run] ?? 0, mappings: runs.mappings[run] ?? 0 };
}

/** Plates in the kind's own colour, painted below the marks on the map: above them, each would be a patch. */
export function paintOwnPlates(pen: Pen, scene: Scene, labels: readonly Label[]): void {
  for (const label of labels) if (label.plate !== scene.theme.surface) paintPlate(pen, scene, label, 1);
}

function paintPlate(pen: Pen, { plot: { dpr } }: Scene, label: Label, alpha: number): void {
  if (label.plate === null || label.width <= 0) return;
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
    // The small font is used in rows of 12 px: place it higher, so that `_` does not touch the seam below.
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
