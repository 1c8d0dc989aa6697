import { intervalAt, isFilled } from '@procmap/shared/intervals.ts';
import { HALF, kernelRegion } from '@procmap/shared/kernel-half.fixture.ts';
import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { mappedFiles } from '@procmap/shared/files/mapped-files.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { totalWeight, weightOf } from './axis.ts';
import { yOfPage } from './heights.fixture.ts';
import { buildHierarchy, KERNEL_VIEWS, SCALES, SHOWS } from './hierarchy.ts';
import { intervalsOf, LAYOUT_64, library, manyMappings, nodeMap } from './maps.fixture.ts';
import { sameIdentity } from './runs.ts';

describe('levels of meaning', () => {
  it('sees one run in V8 mappings that lie all over 128 TB', () => {
    const { runs, clusters } = buildHierarchy(intervalsOf(nodeMap()));
    const largest = Math.max(...runs.mappings);
    expect(largest).toBeGreaterThanOrEqual(186);
    // Program; V8 and the libraries above it; stack; kernel half.
    expect(clusters.length).toBeLessThanOrEqual(5);
    expect(clusters.isKernel[clusters.length - 1]).toBe(1);
  });

  it('makes a cluster of each outermost kernel region, and a run of the mappings in one', () => {
    const intervals = intervalsOf(nodeMap(), LAYOUT_64, HALF);
    const { runs, clusters, axis } = buildHierarchy(intervals);
    const names = Array.from(clusters.region).flatMap((region) => HALF.regions[region]?.name ?? []);
    expect(names).toEqual(['guard hole', 'direct map', 'vmalloc', 'kernel image window', 'modules']);
    expect(Array.from(clusters.isEmpty).filter((each) => each === 1)).toHaveLength(1);
    const seen = new Uint8Array(intervals.length);
    for (let r = 0; r < runs.length; r++) {
      for (let i = runs.first[r] ?? 0; i < (runs.end[r] ?? 0); i++) {
        seen[i] = (seen[i] ?? 0) + 1;
        if (isFilled(intervals, i)) expect(sameIdentity(intervals, mappedFiles(intervals.table).of, i, runs.first[r] ?? 0)).toBe(true);
      }
    }
    for (let i = 0; i < intervals.length; i++) {
      if (isFilled(intervals, i)) expect(seen[i]).toBe(1);
      expect(weightOf(axis, i)).toBeGreaterThanOrEqual(1);
    }
  });

  it('gives the user half the larger part, and the kernel half everything if it is shown alone', () => {
    const intervals = intervalsOf(nodeMap(), LAYOUT_64, HALF);
    const { axis } = buildHierarchy(intervals, { kernel: 'open' });
    const kernel = yOfPage(axis, LAYOUT_64.kernelStart);
    expect(kernel).toBeGreaterThan(0.25);
    expect(kernel).toBeLessThan(0.5);
    expect(buildHierarchy(intervals, { show: 'kernel', scale: 'log' }).axis.first).toBe(intervalAt(intervals, LAYOUT_64.kernelStart));
  });

  it('gives the kernel half a quarter of the height at most until it is opened, whatever its contents, and each name a line as far as there is room', () => {
    const sizes = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 30 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(sizes, fc.constantFrom('log', 'mapped'), (steps, scale) => {
        let at = LAYOUT_64.kernelStart;
        const regions = steps.flatMap(([gap, size], k) => {
          const start = at + 2 ** gap;
          at = start + 2 ** size;
          return at < LAYOUT_64.end ? [{ ...kernelRegion(`r${k}`, '0', '1'), start: { page: start, byte: 0 }, end: { page: at, byte: 0 } }] : [];
        });
        const intervals = intervalsOf(nodeMap(), LAYOUT_64, { ...HALF, regions, ranges: null });
        const { axis, clusters } = buildHierarchy(intervals, { scale });
        expect(yOfPage(axis, LAYOUT_64.kernelStart)).toBeLessThan(0.25001);
        const heights = Array.from(
          clusters.first,
          (first, c) => yOfPage(axis, intervals.bounds[first] ?? 0) - yOfPage(axis, intervals.bounds[clusters.end[c] ?? 0] ?? 0),
        );
        const named = heights.filter((height, c) => clusters.isKernel[c] === 1 && height > 0.018).length;
        expect(named).toBeGreaterThanOrEqual(Math.min(clusters.isKernel.filter((is) => is === 1).length, 5));
      }),
      { numRuns: 40 },
    );
  });

  it('gives gaps the same sliver, whatever their size, where they are folded', () => {
    const weigh = (far: number): number[] => {
      const lines = [...library('/lib/a.so', 0x10_0000, 50), ...library('/lib/b.so', 0x10_0400, 50), ...library('/lib/c.so', 0x10_0000 + far, 9)];
      const { axis } = buildHierarchy(intervalsOf(lines), { show: 'user', scale: 'mapped' });
      return Array.from({ length: axis.intervals.length }, (_, i) => weightOf(axis, i));
    };
    // 4 GiB and 64 TiB: all other heights stay, and the small ones are below any page's.
    const near = weigh(2 ** 20);
    expect(weigh(2 ** 34 - 2 ** 21)).toEqual(near);
    const gaps = intervalsOf([...library('/lib/a.so', 0x10_0000, 50), ...library('/lib/b.so', 0x10_0400, 50)]);
    const { axis } = buildHierarchy(gaps, { show: 'user', scale: 'mapped' });
    const at = (page: number): number => weightOf(axis, intervalAt(gaps, page));
    expect(at(0x10_0400 - 1)).toBeLessThan(Math.min(...Array.from(gaps.row, (row, i) => (row < 0 ? Infinity : weightOf(axis, i)))));
    // The large ones have just enough room for their size: of 800 px.
    for (const page of [1, 0x20_0000]) {
      const px = (at(page) / totalWeight(axis)) * 800;
      expect(px).toBeGreaterThan(12);
      expect(px).toBeLessThan(16);
    }
  });

  it('makes one run of the mappings of one file', () => {
    const { runs } = buildHierarchy(intervalsOf([...library('/lib/a.so', 1000, 50), ...library('/lib/b.so', 2000, 50)]));
    expect([...runs.mappings]).toEqual([5, 5]);
    expect([...runs.mappedPages]).toEqual([112, 112]);
  });

  it('parts two anonymous mappings that lie far apart, and clusters at 1 GiB', () => {
    const lines = [
      { start: 1000, end: 1001 },
      { start: 0x7_0000_0000, end: 0x7_0000_0001 },
      { start: 0x7_0000_0002, end: 0x7_0000_0003, name: '/a', kind: Kind.file },
    ];
    const { runs, clusters } = buildHierarchy(intervalsOf(lines));
    expect([...runs.mappings]).toEqual([1, 1, 1]);
    expect([...clusters.mappings]).toEqual([1, 2, 0]);
  });

  it('never makes more clusters than can be an overview', () => {
    const lines = Array.from({ length: 500 }, (_, i) => ({
      start: 0x10_0000 * (i + 1),
      end: 0x10_0000 * (i + 1) + 5,
      name: `/f${i}`,
      kind: Kind.file,
    }));
    expect(buildHierarchy(intervalsOf(lines)).clusters.length).toBeLessThanOrEqual(26);
  });

  it('gives every shown interval a weight, however many there are', () => {
    for (const named of [false, true]) {
      const { axis, runs } = buildHierarchy(manyMappings(200_000, named));
      let least = Infinity;
      for (let i = axis.first; i < axis.end; i++) least = Math.min(least, weightOf(axis, i));
      expect(least).toBeGreaterThan(1000);
      expect(runs.mappings.reduce((a, b) => a + b, 0)).toBe(200_000);
    }
  });

  it('covers each mapping by exactly one run and each run by exactly one cluster', () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 35 }), fc.integer({ min: 0, max: 3 })), { maxLength: 60 }),
        (steps) => {
          let at = 1;
          const lines = steps.map(([gap, size, name]) => {
            const start = at + (gap < 8 ? 0 : 2 ** (gap % 30));
            at = start + 2 ** (size % 20);
            return { start, end: at, ...(name > 0 ? { name: `/f${name}` } : {}) };
          });
          const intervals = intervalsOf(lines.filter((line) => line.end < 0x7_0000_0000));
          const { runs, clusters, axis } = buildHierarchy(intervals);
          const seen = new Uint8Array(intervals.length);
          for (let c = 0; c < clusters.length; c++) {
            for (let r = clusters.firstRun[c] ?? 0; r < (clusters.endRun[c] ?? 0); r++) {
              expect(runs.first[r]).toBeGreaterThanOrEqual(clusters.first[c] ?? 0);
              expect(runs.end[r]).toBeLessThanOrEqual(clusters.end[c] ?? 0);
              for (let i = runs.first[r] ?? 0; i < (runs.end[r] ?? 0); i++) seen[i] = (seen[i] ?? 0) + 1;
            }
          }
          for (let i = 0; i < intervals.length; i++) {
            if ((intervals.row[i] ?? -1) >= 0) expect(seen[i]).toBe(1);
            else expect(seen[i]).toBeLessThanOrEqual(1);
            expect(weightOf(axis, i)).toBeGreaterThanOrEqual(1);
          }
        },
      ),
    ));

  it('gives every shown interval a height, of any map, an empty one too, in each half on each scale, whatever is known of the kernel', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 34 }), fc.integer({ min: 0, max: 34 })), { maxLength: 12 });
    const halves = fc.constantFrom(
      NO_KERNEL_HALF,
      HALF,
      { ...HALF, ranges: null },
      { ...HALF, ranges: { length: 0, start: [], end: [], perms: [], shift: [] } },
    );
    fc.assert(
      fc.property(steps, halves, (pairs, half) => {
        let at = 0;
        const lines = pairs.map(([gap, size]) => ({ start: (at += 2 ** gap), end: (at += 2 ** size) }));
        const intervals = intervalsOf(
          lines.filter((line) => line.end < LAYOUT_64.taskEnd),
          LAYOUT_64,
          half,
        );
        for (const [show, scale, kernel] of SHOWS.flatMap((show) => SCALES.flatMap((scale) => KERNEL_VIEWS.map((kernel) => [show, scale, kernel] as const)))) {
          const { axis } = buildHierarchy(intervals, { show, scale, kernel });
          expect(totalWeight(axis)).toBeLessThan(Infinity);
          for (let i = axis.first; i < axis.end; i++) expect(weightOf(axis, i), `${show} ${scale} ${kernel} ${i}`).toBeGreaterThanOrEqual(1);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('folds away the other half', () => {
    const intervals = intervalsOf(nodeMap());
    const user = buildHierarchy(intervals, { show: 'user', scale: 'log' });
    expect(intervals.bounds[user.axis.end]).toBe(intervals.layout.userEnd);
    expect(user.clusters.isKernel.includes(1)).toBe(false);
    const kernel = buildHierarchy(intervals, { show: 'kernel', scale: 'log' });
    expect(intervals.bounds[kernel.axis.first]).toBe(intervals.layout.kernelStart);
    expect(kernel.clusters.length).toBe(1);
    expect(totalWeight(kernel.axis)).toBeGreaterThan(0);
  });

  it('counts pages on the linear scale', () => {
    const { axis } = buildHierarchy(intervalsOf(nodeMap()), { show: 'both', scale: 'linear' });
    expect(totalWeight(axis)).toBe(2 ** 52);
    expect(yOfPage(axis, 2 ** 51)).toBe(0.5);
  });

  it('moves little when one mapping comes', () => {
    const lines = nodeMap();
    const before = buildHierarchy(intervalsOf(lines)).axis;
    // Places that the kernel would choose: below the libraries, at the end of the heap, V8 anywhere, in a hole between
    // libraries.
    const places = fc.oneof(
      fc.integer({ min: 0x7_f929_0000, max: 0x7_f929_ff00 }).map((start) => ({ start, end: start + 200 })),
      fc.integer({ min: 1, max: 4000 }).map((pages) => ({ start: 0x8000, end: 0x8000 + pages, name: '[heap]', kind: Kind.heap })),
      fc.integer({ min: 0x10_0000, max: 0x7_e000_0000 }).map((start) => ({ start, end: start + 64 })),
      fc.integer({ min: 1, max: 19 }).map((i) => ({ start: 0x7_f92a_0000 + i * 2300 - 250, end: 0x7_f92a_0000 + i * 2300 - 50 })),
    );
    fc.assert(
      fc.property(places, (line) => {
        fc.pre(lines.every((other) => other.end <= line.start || other.start >= line.end));
        const after = buildHierarchy(intervalsOf([...lines, line])).axis;
        for (const { start } of lines) expect(Math.abs(yOfPage(after, start) - yOfPage(before, start))).toBeLessThan(0.04);
      }),
    );
  });
});
