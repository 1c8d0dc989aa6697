import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit } from '../../axis/camera.ts';
import { panBy, zoomAt } from '../../axis/camera-moves.ts';
import { buildHierarchy } from '../../axis/hierarchy.ts';
import { intervalsOf, librariesMap, manyMappings, nodeMap } from '../../axis/maps.fixture.ts';
import { maskLevels, Masks } from '../../axis/masks.ts';
import { Projection } from '../../axis/projection.ts';
import { Rows } from '../../axis/rows.ts';
import { classesByKind } from '../../colour/by-kind.ts';
import { placeAddresses } from './addresses.ts';
import { closedShelves } from '../paint/blocks.ts';
import { fillsOf } from '../paint/fills.ts';
import { placeGutter } from './gutter.ts';
import { placeLabels } from './labels.ts';
import { pagesColumn } from '../paint/pages.ts';
import { Hits } from '../paint/hits.ts';
import { layOut } from '../paint/plot.ts';
import type { Scene } from '../paint/scene.ts';
import { PLAIN_THEME as theme } from '../paint/theme.fixture.ts';

const measure = (text: string, font: string): number => Array.from(text).length * Number.parseInt(font.replace('600 ', ''), 10) * 0.62;
const rows = new Rows();

const maps = {
  node: intervalsOf(nodeMap()),
  libraries: intervalsOf(librariesMap(60)),
  many: manyMappings(30_000, true),
  alarming: intervalsOf([
    ...nodeMap(),
    ...Array.from({ length: 40 }, (_, i) => ({
      start: 0x7_f800_0000 + i * 3,
      end: 0x7_f800_0000 + i * 3 + 2,
      perms: PERM_READ | PERM_WRITE | PERM_EXEC,
      name: `/j${i % 5}`,
    })),
  ]),
};
const views = fc.array(
  fc.record({
    y: fc.double({ min: 0, max: 1, noNaN: true }),
    log: fc.double({ min: -2, max: 6, noNaN: true }),
    pan: fc.integer({ min: -900, max: 900 }),
  }),
  { maxLength: 5 },
);

function check(intervals: Scene['hierarchy']['axis']['intervals'], body: (scene: Scene) => void): void {
  const hierarchy = buildHierarchy(intervals);
  const classes = classesByKind(intervals);
  const fills = fillsOf(theme, classes.list);
  const masks = new Masks(maskLevels(intervals, intervals.kind));
  fc.assert(
    fc.property(fc.integer({ min: 320, max: 1800 }), fc.integer({ min: 200, max: 1000 }), fc.constantFrom(1, 1.5, 2), views, (width, height, dpr, moves) => {
      const plot = layOut(width, height, dpr, (px) => px * 0.6 * 17);
      let camera = fit(hierarchy.axis, plot.height);
      for (const { y, log, pan } of moves)
        camera = panBy(hierarchy.axis, zoomAt(hierarchy.axis, camera, plot.height, y * plot.height, Math.exp(log)), plot.height, pan);
      const projection = new Projection(hierarchy.axis, camera);
      rows.fill(projection, masks, plot.height);
      body({
        hierarchy,
        ruler: projection,
        projection,
        blending: false,
        rows,
        blocks: closedShelves(hierarchy, projection, rows, plot.height, dpr),
        classes,
        fills,
        hits: null,
        pages: null,
        plot,
        theme,
        measure,
        veil: null,
      });
    }),
    { numRuns: 60 },
  );
}

describe.each(Object.entries(maps))('labels of %s', (_, intervals) => {
  it('lie inside the box, and never over each other', () =>
    check(intervals, (scene) => {
      const { plot } = scene;
      const labels = placeLabels(scene).filter((label) => label.name !== '');
      for (const [k, a] of labels.entries()) {
        expect(a.x).toBeGreaterThanOrEqual(plot.boxX);
        expect(a.x + a.width).toBeLessThanOrEqual(plot.boxX + plot.boxWidth);
        expect(a.y - a.height / 2).toBeGreaterThanOrEqual(-1);
        expect(a.y + a.height / 2).toBeLessThanOrEqual(plot.height + 1);
        for (const b of labels.slice(k + 1)) {
          const apart = Math.abs(a.y - b.y) >= (a.height + b.height) / 2 - 1.51 || a.x + a.width <= b.x || b.x + b.width <= a.x;
          if (!apart) throw new Error(`${a.name} lies over ${b.name}`);
        }
      }
    }));

  it('end before the column of pages, where that is drawn', () =>
    check(intervals, (scene) => {
      const withPages = { ...scene, pages: { startPage: 0, flags: new Uint8Array(1) } };
      const { x, width } = pagesColumn(scene.plot);
      for (const label of placeLabels(withPages)) if (width > 0) expect(label.x + label.width).toBeLessThanOrEqual(x);
    }));

  it('can be read on what a filter fades: in the quiet ink, or on a plate', () =>
    check(intervals, (scene) => {
      const labels = placeLabels({ ...scene, hits: new Hits(new Uint32Array()) });
      for (const { name, ink, plate } of labels) expect(name === '' || ink === theme.inkMuted || plate === theme.surface).toBe(true);
    }));

  it('only cut file names, not other words', () => {
    check(intervals, (scene) => {
      const cut = placeLabels(scene).filter(({ name }) => name.includes('…'));
      // No mapping here has a name that begins like that.
      for (const { name } of cut) expect(name).not.toMatch(/^(\d|non|kern|an|sp)/);
    });
  });

  it('stand in the gutter beside their cluster, at the height of no other', () =>
    check(intervals, (scene) => {
      const lines = placeGutter(scene, placeLabels(scene));
      for (const [k, a] of lines.entries()) {
        expect(measure(a.text, '12px')).toBeLessThanOrEqual(scene.plot.gutterWidth * 1.1 + 1);
        expect(a.y).toBeGreaterThan(0);
        expect(a.y).toBeLessThan(scene.plot.height);
        for (const b of lines.slice(k + 1)) expect(Math.abs(a.y - b.y)).toBeGreaterThanOrEqual(11.9 * scene.plot.dpr);
      }
    }));

  it('leave room between addresses, and name both ends of the whole', () =>
    check(intervals, (scene) => {
      const addresses = placeAddresses(scene);
      const sorted = addresses.map((address) => address.y).sort((a, b) => a - b);
      for (let k = 1; k < sorted.length; k++) expect((sorted[k] ?? 0) - (sorted[k - 1] ?? 0)).toBeGreaterThanOrEqual(12 * scene.plot.dpr);
      for (const { y } of addresses) expect(y >= 0 && y <= scene.plot.height).toBe(true);
      if (scene.projection.camera.scale === scene.plot.height) {
        expect(addresses.some((address) => address.page === 2 ** 52)).toBe(true);
        expect(addresses.some((address) => address.page === 0)).toBe(true);
      }
    }));
});
