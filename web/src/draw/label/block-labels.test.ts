import { beforeAll, describe, expect, it } from 'vitest';
import { fit } from '../../axis/camera.ts';
import { fitRange } from '../../axis/camera-moves.ts';
import { buildHierarchy } from '../../axis/hierarchy.ts';
import { intervalsOf, librariesMap } from '../../axis/maps.fixture.ts';
import { maskLevels, Masks } from '../../axis/masks.ts';
import { Projection } from '../../axis/projection.ts';
import { Rows } from '../../axis/rows.ts';
import { classesByKind } from '../../colour/by-kind.ts';
import { closedShelves } from '../paint/blocks.ts';
import { fillsOf } from '../paint/fills.ts';
import { layOut } from '../paint/plot.ts';
import type { Scene } from '../paint/scene.ts';
import { PLAIN_THEME as theme } from '../paint/theme.fixture.ts';
import { placeAddresses } from './addresses.ts';
import type { Label } from './label.ts';
import { placeLabels } from './labels.ts';
import { column } from './lists.ts';
import { membersOf } from './members.ts';

const COUNT = 60;
const intervals = intervalsOf(librariesMap(COUNT));
const hierarchy = buildHierarchy(intervals, { show: 'user' });
const classes = classesByKind(intervals);
const measure = (text: string, font: string): number => text.length * Number.parseInt(font, 10) * 0.6;

/** Of the shelf of libraries between two heights in libraries, or of everything. */
function sceneOf(cssHeight: number, shown?: readonly [startPage: number, endPage: number]): Scene {
  const plot = layOut(1000, cssHeight, 1, (px) => px * 10);
  const camera = shown === undefined ? fit(hierarchy.axis, plot.height) : fitRange(hierarchy.axis, ...shown, plot.height);
  const projection = new Projection(hierarchy.axis, camera);
  const rows = new Rows();
  rows.fill(projection, new Masks(maskLevels(intervals, intervals.kind)), plot.height);
  const blocks = closedShelves(hierarchy, projection, rows, plot.height, plot.dpr);
  const fills = fillsOf(theme, classes.list);
  return { hierarchy, ruler: projection, projection, blending: false, rows, blocks, classes, fills, hits: null, pages: null, plot, theme, measure, veil: null };
}

function isLibrary({ name }: Label): boolean {
  return name.includes('.so');
}

describe('a shelf of libraries', () => {
  let overview: Scene;
  beforeAll(() => (overview = sceneOf(900)));

  it('is one block at overview, with an address at each end alone', () => {
    const { blocks } = overview;
    const { shelves, axis } = hierarchy;
    expect(blocks.map(({ first, end }) => [first, end])).toEqual([[shelves.first[0], shelves.end[0]]]);
    const pages = placeAddresses(overview).map(({ page }) => page);
    const [low = NaN, high = NaN] = [axis.intervals.bounds[blocks[0]?.first ?? -1], axis.intervals.bounds[blocks[0]?.end ?? -1]];
    expect(pages).toEqual(expect.arrayContaining([low, high]));
    expect(pages.filter((page) => page > low && page < high)).toEqual([]);
  });

  it.each([200, 300, 420, 600, 900])('names the largest, as many as fit, and how many others there are: %i px', (height) => {
    const scene = sceneOf(height);
    expect(scene.blocks).toHaveLength(1);
    const labels = placeLabels(scene);
    const named = labels.filter(isLibrary);
    expect(named[0]?.name).toContain(`${COUNT - 1}.so`);
    expect(new Set(named.map(({ name }) => name)).size).toBe(named.length);
    const others = labels.flatMap(({ name, detail }) => /\+ (\d+) more$/.exec(detail === '' ? name : detail)?.[1] ?? []);
    expect(others).toEqual(named.length < COUNT ? [String(COUNT - named.length)] : []);
    // By size: lib59 is the largest.
    expect(named.map(({ name }) => Number(/(\d+)\.so/.exec(name)?.[1]))).toEqual(named.map((_, k) => COUNT - 1 - k));
  });

  it('opens when one zooms in, and no page moves for it', () => {
    const { bounds } = intervals;
    const [first = 0, end = 0] = [hierarchy.shelves.first[0], hierarchy.shelves.end[0]];
    const middle = Math.floor((first + end) / 2);
    const near = sceneOf(900, [bounds[middle] ?? 0, bounds[middle + 20] ?? 0]);
    expect(near.blocks).toEqual([]);
    expect(placeLabels(near).filter(isLibrary).length).toBeGreaterThan(3);
    // Rows are the same in both states: only what is painted over them differs.
    const { rows, blocks } = overview;
    expect(Math.abs((blocks[0]?.top ?? NaN) - overview.ruler.yOfBound(end))).toBeLessThanOrEqual(0.5);
    expect(rows.length).toBeGreaterThan(100);
  });
});

it('a list of any number of lines names the largest, and says how many others there are', () => {
  const scene = sceneOf(900);
  const { list } = membersOf(hierarchy, 0, hierarchy.runs.length);
  for (let lines = 1; lines <= 12; lines++) {
    const labels: Label[] = [];
    column(scene, { top: 100, bottom: 300 }, list, COUNT, lines, 0, 600, labels);
    const named = labels.filter(isLibrary);
    const others = labels.flatMap(({ name, detail }) => /\+ (\d+) more$/.exec(detail === '' ? name : detail)?.[1] ?? []);
    expect(named[0]?.name).toContain(`${COUNT - 1}.so`);
    expect(others).toEqual([String(COUNT - named.length)]);
    expect(new Set(labels.filter(({ name }) => name !== '').map(({ y }) => y)).size).toBeLessThanOrEqual(lines);
  }
});
