import { Kind } from '@procmap/shared/kind.ts';
import { describe, expect, it } from 'vitest';
import { fit } from '../../axis/camera.ts';
import { buildHierarchy } from '../../axis/hierarchy.ts';
import { intervalsOf, librariesMap, type Line, manyMappings } from '../../axis/maps.fixture.ts';
import { maskLevels, Masks } from '../../axis/masks.ts';
import { Projection } from '../../axis/projection.ts';
import { Rows } from '../../axis/rows.ts';
import { classesByKind } from '../../colour/by-kind.ts';
import { RectBatch } from './batch.ts';
import { closedShelves } from './blocks.ts';
import { paintBoxes } from './boxes.ts';
import type { Fills } from './fills.ts';
import type { Patterns } from './patterns.ts';
import type { Pen } from './pen.ts';
import { layOut } from './plot.ts';
import type { Scene } from './scene.ts';
import { PLAIN_THEME as theme } from './theme.fixture.ts';

const PATTERNS: Patterns = { sparse: 'sparse', noAccess: 'no access', alarm: 'alarm', comb: 'comb', classes: ['pattern'] };
/** Each class is painted in its own number. */
const FILLS: Fills = { fill: Array.from({ length: 28 }, (_, k) => `class ${k}`), ink: [], pattern: [] };
const LOOK = { ...theme, inkMuted: 'neutral' };

interface Rect {
  readonly style: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What is painted of a map 900 px high, at fit. */
function painted(intervals: ReturnType<typeof intervalsOf>): { readonly scene: Scene; readonly rects: readonly Rect[] } {
  const hierarchy = buildHierarchy(intervals, { show: 'user' });
  const plot = layOut(1000, 900, 1, (px) => px * 10);
  const { axis } = hierarchy;
  const projection = new Projection(axis, fit(axis, plot.height));
  const rows = new Rows();
  rows.fill(projection, new Masks(maskLevels(intervals, intervals.kind)), plot.height);
  const blocks = closedShelves(hierarchy, projection, rows, plot.height, 1);
  const map = { hierarchy, ruler: projection, projection, blending: false, rows, blocks, classes: classesByKind(intervals) };
  const scene: Scene = { ...map, fills: FILLS, hits: null, pages: null, plot, theme: LOOK, measure: () => 0, veil: null };
  const rects: Rect[] = [];
  const pen = {
    fillStyle: '',
    fillRect: (x: number, y: number, width: number, height: number): number => rects.push({ style: pen.fillStyle, x, y, width, height }),
  };
  paintBoxes(pen as unknown as Pen, scene, PATTERNS, new RectBatch());
  return { scene, rects };
}

describe('boxes', () => {
  it('fill the box from side to side in every row, whatever is in it', () => {
    for (const intervals of [manyMappings(20_000, true), intervalsOf(librariesMap(60)), intervalsOf([])]) {
      const { scene, rects } = painted(intervals);
      const { plot } = scene;
      for (let y = 0; y < plot.height; y++) {
        const across = rects.filter((rect) => /class|neutral/.test(rect.style) && rect.y <= y && y < rect.y + rect.height).sort((a, b) => a.x - b.x);
        // The seam below a box.
        if (across.length === 0) continue;
        let x = plot.boxX;
        for (const rect of across) {
          expect(rect.x).toBe(x);
          x += rect.width;
        }
        expect(x).toBe(plot.boxX + plot.boxWidth);
      }
    }
  });

  it('end in a comb where mappings share rows, and only there', () => {
    const many = painted(manyMappings(20_000));
    const [comb, ...others] = many.rects.filter(({ style }) => style === 'comb');
    expect(others).toEqual([]);
    const { boxX, boxWidth } = many.scene.plot;
    expect((comb?.x ?? 0) + (comb?.width ?? 0)).toBe(boxX + boxWidth);
    expect(comb?.height).toBeGreaterThan(300);
    const few = painted(intervalsOf([{ start: 0x1000, end: 0x2000 }]));
    expect(few.rects.filter(({ style }) => style === 'comb')).toEqual([]);
  });

  it('are a line in one colour where a px or two are shared between others', () => {
    // Six pages of different kinds between twenty large mappings.
    const large = (k: number): Line => ({ start: 0x10_0000 * (k + 1), end: 0x10_0000 * (k + 2), name: `/large${k}`, kind: Kind.file });
    const small = (k: number): Line => ({ start: 0xb0_0000 + k, end: 0xb0_0001 + k, name: `/f${k}`, kind: k % 2 === 0 ? Kind.heap : Kind.shmem });
    const intervals = intervalsOf([
      ...Array.from({ length: 10 }, (_, k) => large(k)),
      ...Array.from({ length: 6 }, (_, k) => small(k)),
      ...Array.from({ length: 10 }, (_, k) => ({ ...large(k + 10), start: k === 0 ? 0xb0_0006 : 0x10_0000 * (k + 11) })),
    ]);
    const { rects, scene } = painted(intervals);
    const y = Math.floor(scene.ruler.yOfBound(intervals.bounds.indexOf(0xb0_0003)));
    const there = rects.filter((rect) => rect.y <= y && y < rect.y + rect.height);
    expect(there.map(({ style, width }) => [style, width])).toEqual([['neutral', scene.plot.boxWidth]]);
  });

  it('show a block of libraries in one piece, its classes as wide as their pages', () => {
    const { rects, scene } = painted(intervalsOf(librariesMap(60)));
    const [block] = scene.blocks;
    expect(block).toBeDefined();
    const inside = rects.filter(({ y, height }) => y >= (block?.top ?? NaN) && y + height <= (block?.bottom ?? NaN));
    expect(new Set(inside.map(({ y, height }) => `${y} ${height}`)).size).toBe(1);
    const pages = [Kind.text, Kind.rodata, Kind.data, Kind.anon].map((kind) => {
      const { classes, hierarchy } = scene;
      let sum = 0;
      for (let i = block?.first ?? 0; i < (block?.end ?? 0); i++)
        if (classes.of[i] === kind) sum += (hierarchy.axis.intervals.bounds[i + 1] ?? 0) - (hierarchy.axis.intervals.bounds[i] ?? 0);
      return sum;
    });
    const whole = pages.reduce((a, b) => a + b, 0);
    const widths = inside.map(({ width }) => width / scene.plot.boxWidth);
    pages.forEach((part, k) => expect(Math.abs((widths[k] ?? NaN) - part / whole)).toBeLessThan(0.003));
  });
});
