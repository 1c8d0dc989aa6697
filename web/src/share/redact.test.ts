import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { nameCount, nameKey } from '@procmap/shared/text/names.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalsOf, LAYOUT_64, type Line, library, nodeMap } from '../axis/maps.fixture.ts';
import { intervalDetails } from '../draw/label/words.ts';
import { intervalName } from '../regions/naming.ts';
import { redact } from './redact.ts';

const FAR = 2 ** 18;
const MAPS: readonly Line[][] = [
  nodeMap(),
  [
    ...library('/home/alice/secret project/tool', 0x5_5500_0000, 40).map((line) => ({ ...line, inode: 7 })),
    { start: 0x5_5600_0000, end: 0x5_5600_0021, name: '[heap]', kind: Kind.heap },
    { start: 0x7_f000_0000, end: 0x7_f000_0010, name: '/memfd:x (deleted)', kind: Kind.shmem },
    { start: 0x7_f000_0010, end: 0x7_f000_0020 },
    { start: 0x7_ffe0_0000, end: 0x7_ffe0_0021, name: '[stack]', kind: Kind.stack },
  ],
];

/**
 * The same map as the kernel might lay it out another time: all gaps change, except those within a file.
 */
function slid(lines: readonly Line[], next: () => number): Line[] {
  let end = 1;
  let realEnd = 1;
  let last: Line | undefined;
  return lines
    .toSorted((a, b) => a.start - b.start)
    .map((line) => {
      if (line.start >= LAYOUT_64.kernelStart) return line;
      const gap = line.start - realEnd;
      const isOne = last?.name === line.name && line.name?.startsWith('/') === true;
      const kept = gap === 0 || (isOne && gap < FAR);
      const start = end + (kept ? gap : gap >= FAR ? FAR + Math.floor(next() * 2 ** 26) : 1 + Math.floor(next() * (FAR - 1)));
      realEnd = line.end;
      end = start + line.end - line.start;
      last = line;
      return { ...line, start, end };
    });
}

/** Everything that a picture of it could reveal, including positions. */
function toldOf(lines: readonly Line[], half?: KernelHalf): object[] {
  const { intervals, veil } = redact(intervalsOf(lines, LAYOUT_64, half));
  return Array.from({ length: intervals.length }, (_, i) => ({
    start: intervals.bounds[i],
    kind: intervals.kind[i],
    name: intervalName(intervals, i),
    details: veil.hidesSize(i) ? [] : intervalDetails(intervals, i),
    address: veil.addressText(intervals.bounds[i] ?? 0, 0),
  }));
}

describe('a map without its addresses', () => {
  it('is the same wherever the kernel put its contents', () =>
    fc.assert(
      fc.property(fc.constantFrom(...MAPS), fc.infiniteStream(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })), (lines, stream) => {
        const next = (): number => Number(stream.next().value);
        expect(toldOf(slid(lines, next))).toEqual(toldOf(lines));
      }),
      { numRuns: 40 },
    ));

  it('is the same wherever the kernel put itself', () => {
    const outermost = HALF.regions.filter((region) => !HALF.regions.some((other) => other !== region && contains(other, region)));
    const told = toldOf(MAPS[1] ?? [], { ...HALF, regions: outermost, ranges: null });
    expect(told).toContainEqual(expect.objectContaining({ name: 'vmalloc' }));
    fc.assert(
      fc.property(fc.array(fc.nat(2 ** 20), { minLength: outermost.length, maxLength: outermost.length }), (gaps) => {
        let at = LAYOUT_64.kernelStart;
        const regions = outermost
          .toSorted((a, b) => a.start.page - b.start.page)
          .map((region, i) => {
            const start = at + 1 + (gaps[i] ?? 0);
            at = start + region.end.page - region.start.page;
            return { ...region, start: { ...region.start, page: start }, end: { ...region.end, page: at } };
          });
        expect(toldOf(MAPS[1] ?? [], { ...HALF, regions, ranges: null })).toEqual(told);
      }),
      { numRuns: 40 },
    );
  });

  it('shows the last part of a path, and all other names whole', () => {
    const { table } = redact(intervalsOf(MAPS[1] ?? [])).intervals;
    const names = Array.from({ length: nameCount(table.names) }, (_, i) => Buffer.from(nameKey(table.names, i), 'latin1').toString());
    expect(names).toEqual(['', '/…/tool', '[heap]', '/memfd:x (deleted)', '[stack]']);
  });

  it('corresponds to the real one, interval by interval', () => {
    for (const lines of MAPS) {
      const real = intervalsOf(lines, LAYOUT_64, HALF);
      const { intervals, to } = redact(real);
      for (let i = 0; i < real.length; i++) {
        const at = to(i);
        if ((real.row[i] ?? -1) < 0) continue;
        expect(intervals.row[at]).toBe(real.row[i]);
        expect((intervals.bounds[at + 1] ?? 0) - (intervals.bounds[at] ?? 0)).toBe((real.bounds[i + 1] ?? 0) - (real.bounds[i] ?? 0));
      }
    }
  });

  it('shows offsets within a cluster', () => {
    const { intervals, veil } = redact(intervalsOf(MAPS[1] ?? []));
    const start = intervals.table.start[0] ?? 0;
    expect([veil.addressText(start, 0), veil.addressText(start + 16, 0), veil.addressText(start + 16, 0x123)]).toEqual(['+0', '+10000', '+10123']);
    // The end of a region, and an address in a region that is not described.
    expect(veil.addressText(intervals.table.end[4] ?? 0, 0)).toBe('+66000');
    expect(veil.addressText((intervals.table.end[4] ?? 0) + 1, 0)).toBe('');
    expect(veil.addressText(LAYOUT_64.end, 0)).toBe('');
  });

  it('finds room in the space of 32 bits', () => {
    const layout = { ...LAYOUT_64, bits: 32 as const, processBits: 32 as const, taskEnd: 0xc_0000, userEnd: 0xc_0000, kernelStart: 0xc_0000, end: 0x10_0000 };
    const lines = [
      { start: 0x1000, end: 0x4_0000 },
      { start: 0x8_1000, end: 0xb_0000 },
    ];
    const { intervals } = redact(intervalsOf(lines, layout));
    expect(intervals.table.start[0]).toBeGreaterThan(0);
    expect(intervals.table.end[1]).toBeLessThanOrEqual(0xc_0000);
  });
});

function contains(a: KernelHalf['regions'][number], b: KernelHalf['regions'][number]): boolean {
  return a.start.page <= b.start.page && b.end.page <= a.end.page && b.end.page - b.start.page < a.end.page - a.start.page;
}
