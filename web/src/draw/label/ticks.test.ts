import { PAGE_SIZE } from '@procmap/shared/page.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Camera, fit } from '../../axis/camera.ts';
import { fitPage, fitRange, panBy, zoomAt } from '../../axis/camera-moves.ts';
import { buildHierarchy, type Hierarchy, SCALES } from '../../axis/hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap } from '../../axis/maps.fixture.ts';
import { maskLevels, Masks } from '../../axis/masks.ts';
import { Projection } from '../../axis/projection.ts';
import { Rows } from '../../axis/rows.ts';
import { placeAddresses } from './addresses.ts';
import type { Pen } from '../paint/pen.ts';
import { layOut } from '../paint/plot.ts';
import type { Theme } from '../paint/theme.ts';
import { MIN_STEP, paintTicks, placeTicks, type Tick } from './ticks.ts';

const maps = { node: intervalsOf(nodeMap()), many: manyMappings(3000, true) };
const rows = new Rows();
const plotOf = (height: number, dpr = 1) => layOut(900, height, dpr, (px) => px * 0.6 * 17);
const views = fc.array(
  fc.record({
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    log: fc.double({ min: -2, max: 20, noNaN: true }),
    pan: fc.integer({ min: -900, max: 900 }),
  }),
  { maxLength: 6 },
);

function sceneOf(hierarchy: Hierarchy, plot: ReturnType<typeof plotOf>, camera: Camera) {
  const projection = new Projection(hierarchy.axis, camera);
  rows.fill(projection, new Masks(maskLevels(hierarchy.axis.intervals, hierarchy.axis.intervals.kind)), plot.height);
  return { hierarchy, plot, projection, ruler: projection, rows, blocks: [], blending: false };
}

type Ruled = ReturnType<typeof sceneOf>;

/** Number of zero bits at the end of an address. */
function roundness({ page, byte }: Pick<Tick, 'page' | 'byte'>): number {
  let bits = byte === 0 ? Math.log2(PAGE_SIZE) : 0;
  for (let rest = byte === 0 ? page : byte; rest > 0 && rest % 2 === 0; rest /= 2) bits++;
  return bits;
}

/** The ticks of each row, from above. */
function byRow(scene: Ruled): Map<number, Tick[]> {
  const found = new Map<number, Tick[]>();
  for (const tick of placeTicks(scene)) {
    const r = Array.from({ length: rows.length }, (_, k) => k).find((k) => (rows.y0[k] ?? 0) < tick.y && tick.y < (rows.y1[k] ?? 0)) ?? -1;
    found.set(r, [...(found.get(r) ?? []), tick]);
  }
  for (const ticks of found.values()) ticks.sort((a, b) => a.y - b.y);
  return found;
}

const cases = Object.entries(maps).flatMap(([name, intervals]) =>
  SCALES.map((scale) => [name, scale, buildHierarchy(intervals, { show: 'both', scale })] as const),
);

describe.each(cases)('ticks of %s, scale %s', (_name, _scale, hierarchy) => {
  const { axis } = hierarchy;
  const { bounds } = axis.intervals;

  function check(body: (scene: Ruled) => void): void {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 1400 }), fc.constantFrom(1, 1.5, 2), views, (height, dpr, moves) => {
        const plot = plotOf(height, dpr);
        let camera = fit(axis, plot.height);
        for (const { y, log, pan } of moves) camera = panBy(axis, zoomAt(axis, camera, plot.height, y * plot.height, Math.exp(log)), plot.height, pan);
        body(sceneOf(hierarchy, plot, camera));
      }),
      { numRuns: 60 },
    );
  }

  it('stand where their address is, inside an interval, evenly', () => {
    check((scene) => {
      for (const [r, ticks] of byRow(scene)) {
        expect(r).toBeGreaterThanOrEqual(0);
        const i = rows.first[r] ?? 0;
        const px = scene.projection.pxPerPage(i);
        for (const { page, byte, y } of ticks) {
          expect(Number.isInteger(page) && Number.isInteger(byte) && byte >= 0 && byte < PAGE_SIZE).toBe(true);
          // The interval's own bounds have no ticks.
          expect(page > (bounds[i] ?? 0) || (page === bounds[i] && byte > 0)).toBe(true);
          expect(page).toBeLessThan(bounds[i + 1] ?? 0);
          expect(y).toBe(scene.projection.yOf(page, byte / PAGE_SIZE));
        }
        for (const [k, tick] of ticks.entries()) {
          const above = ticks[k - 1];
          if (above === undefined) continue;
          const pages = above.page - tick.page + (above.byte - tick.byte) / PAGE_SIZE;
          // All steps are the same power of two.
          expect(Number.isInteger(Math.log2(pages))).toBe(true);
          expect(tick.y - above.y).toBeGreaterThan((MIN_STEP / 4) * scene.plot.dpr - 0.01);
          expect(tick.y - above.y).toBeCloseTo(pages * px, 2);
        }
      }
    });
  });

  it('have addresses that are round, and rounder ones among four', () =>
    check((scene) => {
      for (const ticks of byRow(scene).values()) {
        const majors = ticks.filter(({ isMajor }) => isMajor);
        const minors = ticks.filter(({ isMajor }) => !isMajor);
        const least = Math.min(...majors.map(roundness));
        for (const minor of minors) expect(roundness(minor)).toBeLessThan(least);
        for (const [k, tick] of majors.entries()) if (k > 0) expect(tick.y - (majors[k - 1]?.y ?? 0)).toBeGreaterThan(MIN_STEP * scene.plot.dpr - 0.01);
      }
    }));

  it('leave nothing that is high without an address, at any depth', () => {
    check((scene) => {
      const marked = byRow(scene);
      for (let r = 0; r < rows.length; r++) {
        // Major ticks are less than two least steps apart.
        if ((rows.y1[r] ?? 0) - (rows.y0[r] ?? 0) > 2 * MIN_STEP * scene.plot.dpr + 2) expect(marked.get(r)?.some(({ isMajor }) => isMajor)).toBe(true);
      }
      expect(placeTicks(scene).length).toBeLessThanOrEqual(scene.plot.height / ((MIN_STEP / 4) * scene.plot.dpr) + rows.length);
    });
  });

  it('are written beside the box unless another address is in the way', () =>
    check((scene) => {
      const labels = placeAddresses(scene);
      for (const tick of placeTicks(scene)) {
        const isWritten = labels.some(({ page, byte }) => page === tick.page && byte === tick.byte);
        const isFree = labels.every(({ y }) => Math.abs(y - Math.round(tick.y)) >= 13 * scene.plot.dpr);
        expect(isWritten && !tick.isMajor).toBe(false);
        if (tick.isMajor && !isWritten) expect(isFree).toBe(false);
      }
    }));
});

describe('the scale', () => {
  const hierarchy = buildHierarchy(maps.node);
  const { axis } = hierarchy;

  it('continues inside a single page, even the last of 2^64', () => {
    const plot = plotOf(900);
    for (const page of [0x405, 2 ** 52 - 1]) {
      const scene = sceneOf(hierarchy, plot, fitPage(axis, page, plot.height, 0));
      const bytes = placeAddresses(scene).filter((label) => label.page === page);
      expect(bytes.map(({ byte }) => byte)).toEqual(expect.arrayContaining([0x400, 0x800, 0xc00]));
      for (const { byte } of bytes) expect(byte % 0x100).toBe(0);
    }
  });

  it.each([40, 30, 20, 10, 4].map((bits) => [bits]))('has steps that grow with the visible range: 2^%i pages', (bits) => {
    const plot = plotOf(900);
    const start = 2 ** 51;
    const scene = sceneOf(hierarchy, plot, fitRange(axis, start, start + 2 ** bits, plot.height));
    const majors = placeTicks(scene).filter(({ isMajor }) => isMajor);
    // 2^bits pages take the whole height: from 16 to 32 steps of 28 px.
    const [first, second] = majors.sort((a, b) => b.y - a.y);
    expect((second?.page ?? 0) - (first?.page ?? 0) + ((second?.byte ?? 0) - (first?.byte ?? 0)) / PAGE_SIZE).toBe(2 ** (bits - 4));
  });

  it('is drawn beside the box, minor ticks shorter; lines across are for pages alone', () => {
    const plot = plotOf(900, 2);
    const drawn: [x: number, y: number, width: number][] = [];
    const pen = { fillRect: (x: number, y: number, width: number) => drawn.push([x, y, width]) } as unknown as Pen;
    const ticks = placeTicks(sceneOf(hierarchy, plot, fitPage(axis, 0x405, plot.height, 300)));
    paintTicks(pen, { plot, theme: {} as Theme }, ticks);
    const edge = plot.boxX + plot.boxWidth;
    const across = drawn.filter(([x]) => x === plot.boxX).map(([, y]) => y);
    expect(across).toEqual(ticks.filter(({ byte, isMajor }) => byte === 0 && isMajor).map(({ y }) => Math.round(y)));
    expect(across.length).toBeGreaterThan(0);
    const beside = drawn.filter(([x]) => x === edge);
    expect(beside).toHaveLength(ticks.length);
    for (const [k, [, , width]] of beside.entries()) {
      expect(width).toBe(ticks[k]?.isMajor === true ? 10 : 6);
      expect(edge + width).toBeLessThanOrEqual(plot.addressX);
    }
  });
});
