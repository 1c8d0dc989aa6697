import { type Label, PLATE_HEIGHT } from './label.ts';
import { fitWords } from './lines.ts';
import { plateLabel, rowLabel } from './plates.ts';
import { extentOfCluster, type Scene } from '../paint/scene.ts';
import { clusterWords } from './words.ts';

/** CSS px: a line of 11 px text, and a region that a label may overlap. */
const LINE = 11;
const MIN_REGION = 9;

/** Labels regions of a compact kernel half in the box, as many as have room, highest first. */
export function labelRegions(scene: Scene, labels: Label[]): void {
  const { hierarchy, plot } = scene;
  const { clusters } = hierarchy;
  const heights: { readonly c: number; readonly top: number; readonly bottom: number }[] = [];
  for (let c = clusters.length - 1; c >= 0 && clusters.isKernel[c] === 1; c--) {
    const [top, bottom] = extentOfCluster(scene, c);
    if (bottom - top >= MIN_REGION * plot.dpr) heights.push({ c, top, bottom });
  }
  heights.sort((a, b) => b.bottom - b.top - (a.bottom - a.top));
  const middles: number[] = [];
  for (const { c, top, bottom } of heights) {
    const middle = (top + bottom) / 2;
    if (middles.some((other) => Math.abs(other - middle) < LINE * plot.dpr)) continue;
    const label = regionLabel(scene, c, top, bottom);
    if (label === null) continue;
    middles.push(middle);
    labels.push(label);
  }
}

function regionLabel(scene: Scene, c: number, top: number, bottom: number): Label | null {
  const { hierarchy, rows } = scene;
  const [first, end] = [hierarchy.clusters.first[c] ?? 0, hierarchy.clusters.end[c] ?? 0];
  const row = rows.at(Math.floor((top + bottom) / 2));
  const isSingle = end - first === 1 && rows.first[row] === first && rows.end[row] === end;
  return isSingle ? rowLabel(scene, row, 0) : clusterLabel(scene, c, top, bottom);
}

/** Without a gutter, a cluster is named in the box, where the labels of its members leave room. */
export function labelClustersInBox(scene: Scene, labels: Label[]): void {
  const { hierarchy, plot } = scene;
  const { clusters } = hierarchy;
  for (let c = 0; c < clusters.length; c++) {
    const [top, bottom] = extentOfCluster(scene, c);
    const height = PLATE_HEIGHT * plot.dpr;
    // A kernel region has a name of its own, which appears nowhere else.
    if (bottom - top < (clusters.isKernel[c] === 1 ? 1 : 4) * height) continue;
    if (labels.some((label) => label.y > top && label.y < bottom)) continue;
    const middle = (top + bottom) / 2;
    const label = clusterLabel(scene, c, middle - height / 2, middle + height / 2);
    if (label !== null) labels.push(label);
  }
}

/** A cluster's name, in the middle of [top, bottom). */
function clusterLabel(scene: Scene, c: number, top: number, bottom: number): Label | null {
  const { hierarchy } = scene;
  const { clusters } = hierarchy;
  const range = { first: clusters.first[c] ?? 0, end: clusters.end[c] ?? 0, mappings: clusters.mappings[c] ?? 0 };
  return plateLabel(scene, range, top, bottom, (room, font) => fitWords(scene, clusterWords(hierarchy, c), room, font));
}
