import { Kind } from '@procmap/shared/kind.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from './axis.ts';
import { buildHierarchy, type Hierarchy } from './hierarchy.ts';
import { intervalsOf, librariesMap, type Line, LAYOUT_64 } from './maps.fixture.ts';

/** Sizes and gaps of all orders of magnitude, files and libraries that come again, runs of any length. */
const maps = fc
  .array(
    fc.record({
      gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 })),
      pages: fc.oneof(
        fc.constantFrom(1, 10, 100, 1000, 100_000),
        fc.double({ min: 0, max: 27, noNaN: true }).map((log) => Math.floor(2 ** log)),
      ),
      name: fc.constantFrom('', '', '/f1', '/f2', '[heap]', '/lib/a.so.1', '/lib/b.so', '/lib/c.so'),
      times: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 50 })),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((steps) => {
    let at = 1;
    const lines: Line[] = [];
    for (const { gap, pages, name, times } of steps) {
      if (gap > 0) at += 2 ** gap;
      for (let k = 0; k < times; k++) {
        const start = at;
        at += pages;
        lines.push({ start, end: at, name, kind: name.includes('.so') ? Kind.text : name === '' ? Kind.anon : Kind.file });
      }
    }
    return lines.filter(({ end }) => end < LAYOUT_64.taskEnd);
  });

/** In each cluster, no mapping is lower than one with at most a tenth of its pages. */
function expectLaw({ axis, clusters }: Hierarchy, pagesOf: (interval: number) => number): void {
  const { row } = axis.intervals;
  for (let c = 0; c < clusters.length; c++) {
    const members = Array.from({ length: (clusters.end[c] ?? 0) - (clusters.first[c] ?? 0) }, (_, k) => (clusters.first[c] ?? 0) + k)
      .filter((i) => (row[i] ?? -1) >= 0)
      .sort((a, b) => pagesOf(a) - pagesOf(b));
    let [small, highest] = [0, 0];
    for (const i of members) {
      for (; 10 * pagesOf(members[small] ?? i) <= pagesOf(i) && small < members.length; small++)
        highest = Math.max(highest, weightOf(axis, members[small] ?? i));
      expect(weightOf(axis, i)).toBeGreaterThanOrEqual(highest);
    }
  }
}

describe('heights within a cluster', () => {
  it('are never lower than that of a mapping a tenth the size', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom('log', 'mapped'), (lines, scale) => {
        const hierarchy = buildHierarchy(intervalsOf(lines), { scale });
        const { bounds } = hierarchy.axis.intervals;
        expectLaw(hierarchy, (i) => (bounds[i + 1] ?? 0) - (bounds[i] ?? 0));
      }),
      { numRuns: 300 },
    );
  });

  it('follow the pages in memory by the same law, and leave a sliver where there are none', () => {
    fc.assert(
      fc.property(
        maps,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 }),
        fc.constantFrom('log', 'mapped'),
        (lines, shares, scale) => {
          const intervals = intervalsOf(lines);
          const { bounds } = intervals;
          const resident = new Float64Array(intervals.length);
          for (let i = 0; i < intervals.length; i++) {
            const share = shares[i % shares.length] ?? 0;
            resident[i] = share < 0.2 ? 0 : Math.floor(share * ((bounds[i + 1] ?? 0) - (bounds[i] ?? 0)));
          }
          const hierarchy = buildHierarchy(intervals, { scale }, resident);
          expectLaw(hierarchy, (i) => resident[i] ?? 0);
          for (let i = 0; i < intervals.length; i++) expect(weightOf(hierarchy.axis, i)).toBeGreaterThanOrEqual(1);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('show a large mapping beside forty libraries', () => {
    // As in PostgreSQL: 278 MB of shared buffers below 41 libraries.
    const { axis, clusters } = buildHierarchy(intervalsOf(librariesMap(41)), { show: 'user' });
    const first = clusters.first[0] ?? 0;
    const place = (axis.prefix[clusters.end[0] ?? 0] ?? 0) - (axis.prefix[first] ?? 0);
    expect(weightOf(axis, first) / place).toBeGreaterThan(0.09);
  });

  it('tell orders of magnitude apart', () => {
    const sizes = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
    let at = 0x7_0000_0000;
    const lines = sizes.map((size, k) => ({ start: at, end: (at += size), name: `/f${k}`, kind: Kind.file }));
    const { axis, clusters } = buildHierarchy(intervalsOf(lines));
    const heights = sizes.map((_, k) => weightOf(axis, (clusters.first[0] ?? 0) + k));
    for (let k = 1; k < heights.length; k++) expect((heights[k] ?? 0) / (heights[k - 1] ?? 0)).toBeGreaterThan(1.35);
    expect((heights.at(-1) ?? 0) / (heights[0] ?? 0)).toBeLessThan(200);
  });
});
