import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exactBound, type Intervals, tile } from './intervals.ts';
import { HALF, halvesIn, placeOf, rangesOf, kernelRegion } from './kernel-half.fixture.ts';
import { type KernelHalf, NO_KERNEL_HALF } from './kernel-half.ts';
import { enclosingRegion, type KernelParts, rangeParts, regionOf as regionOfPart, regionParts, UNKNOWN_PERMS } from './kernel-parts.ts';
import { mappedIn } from './kernel-ranges.ts';
import { Kind, kindName } from './kind.ts';
import type { Layout } from './layout.ts';
import { type Bytes, bytesText, formatByteAddress } from './page.ts';
import { EMPTY_TABLE } from './region.ts';
import { LAYOUT_64, layouts, linesIn, tableOf } from './table.fixture.ts';

const spaces = layouts.chain((layout) => fc.tuple(fc.constant(layout), halvesIn(layout)));

const big = ({ page, byte }: Bytes): bigint => BigInt(page) * 4096n + BigInt(byte);

/** The smallest region over a byte, by the definition; ties have no owner. */
function smallestOver(half: KernelHalf, at: bigint): bigint | null {
  const sizes = half.regions.filter(({ start, end }) => big(start) <= at && at < big(end)).map(({ start, end }) => big(end) - big(start));
  return sizes.reduce<bigint | null>((least, size) => (least === null || size < least ? size : least), null);
}

function exactStart(parts: KernelParts, i: number): bigint {
  return BigInt(parts.bounds[i] ?? 0) * 4096n + BigInt(parts.edge[i] ?? 0);
}

function textOf(intervals: Intervals, from: number): string[] {
  const lines: string[] = [];
  for (let i = intervals.length - 1; i >= from; i--) {
    const region = regionOfPart(intervals.kernel, intervals.part[i] ?? -1);
    lines.push(`${formatByteAddress(exactBound(intervals, i))} ${kindName(intervals.kind[i] ?? 0)} ${region?.name ?? '-'}`);
  }
  return lines;
}

describe('the regions of the kernel, side by side', () => {
  it('tile its half to the byte, each byte in the smallest region that has it', () =>
    fc.assert(
      fc.property(spaces, ([layout, half]) => {
        const parts = regionParts(half, layout);
        expect([parts.bounds[0], parts.edge[0], parts.bounds[parts.length], parts.edge[parts.length]]).toEqual([layout.kernelStart, 0, layout.end, 0]);
        for (let i = 0; i < parts.length; i++) {
          const [start, end] = [exactStart(parts, i), exactStart(parts, i + 1)];
          expect(end).toBeGreaterThan(start);
          expect(parts.bounds[i + 1]).toBeGreaterThanOrEqual(parts.bounds[i] ?? NaN);
          const region = regionOfPart(parts, i);
          for (const at of [start, end - 1n]) expect(region === null ? null : big(region.end) - big(region.start)).toBe(smallestOver(half, at));
          const touching = half.ranges?.perms.filter(
            (_, r) => BigInt(half.ranges?.start[r] ?? 0) * 4096n < end && BigInt(half.ranges?.end[r] ?? 0) * 4096n > start,
          );
          expect(parts.perms[i]).toBe(touching?.reduce((all, perms) => all | perms, 0) ?? region?.perms ?? UNKNOWN_PERMS);
        }
      }),
      { numRuns: 300 },
    ));

  it('name the region around each', () =>
    fc.assert(
      fc.property(spaces, ([layout, half]) => {
        const parts = regionParts(half, layout);
        for (let i = 0; i < parts.length; i++) {
          const region = regionOfPart(parts, i);
          const around = half.regions.filter((each) => each !== region && big(each.start) <= exactStart(parts, i) && exactStart(parts, i) < big(each.end));
          const within = enclosingRegion(parts, i);
          if (within === null) expect(region === null || around.length === 0).toBe(true);
          else for (const each of around) expect(big(each.end) - big(each.start)).toBeGreaterThanOrEqual(big(within.end) - big(within.start));
        }
      }),
      { numRuns: 200 },
    ));

  it('take a page that two share for the inner one, and keep the exact address', () => {
    expect(textOf(tile(EMPTY_TABLE, LAYOUT_64, regionParts(HALF, LAYOUT_64)), 3)).toEqual([
      '0xffffffffff000000 gap -',
      '0xffffffffc0406000 kernel_module modules',
      '0xffffffffc0401000 kernel_module e1000',
      '0xffffffffc0000000 kernel_module modules',
      '0xffffffff82a0a840 kernel_image kernel image window',
      '0xffffffff82800000 kernel_data data',
      '0xffffffff82400000 kernel_image kernel image window',
      '0xffffffff82000000 kernel_rodata rodata',
      '0xffffffff81e00b91 kernel_image kernel image window',
      '0xffffffff81000000 kernel_text text',
      '0xffffffff80000000 kernel_image kernel image window',
      '0xffffe90000000000 gap -',
      '0xffffc90000000000 vmalloc vmalloc',
      '0xffff8880c0000000 gap -',
      '0xffff88803ffe0000 direct_map direct map',
      '0xffff888000100000 direct_map System RAM',
      '0xffff88800009fc00 direct_map direct map',
      '0xffff888000001000 direct_map System RAM',
      '0xffff888000000000 direct_map direct map',
      '0xffff880000000000 gap -',
      '0xffff800000000000 kernel_fixed guard hole',
      '0x0000800000000000 hole -',
    ]);
    const parts = regionParts(HALF, LAYOUT_64);
    const text = Array.from({ length: parts.length }, (_, i) => i).find((i) => regionOfPart(parts, i)?.name === 'text') ?? -1;
    expect([parts.bounds[text + 1], parts.edge[text + 1]]).toEqual([placeOf('ffffffff81e01000').page, 0xb91 - 0x1000]);
  });

  it('have unknown contents without page tables, and no empty parts are invented', () => {
    const parts = regionParts({ ...HALF, ranges: null }, LAYOUT_64);
    const outside = Array.from({ length: parts.length }, (_, i) => i).filter((i) => (parts.region[i] ?? -1) < 0);
    expect(outside.length).toBeGreaterThan(2);
    expect(new Set(outside.map((i) => parts.kind[i]))).toEqual(new Set([Kind.unknown]));
    expect(regionParts(NO_KERNEL_HALF, LAYOUT_64)).toMatchObject({ length: 1, kind: Uint8Array.of(Kind.unknown) });
  });
});

describe('the mappings in the regions', () => {
  it('tiles the half by whole pages, none empty, with the permissions of the page tables', () =>
    fc.assert(
      fc.property(spaces, ([layout, half]) => {
        const parts = rangeParts(half, layout);
        expect([parts.bounds[0], parts.bounds[parts.length]]).toEqual([layout.kernelStart, layout.end]);
        for (let i = 0; i < parts.length; i++) {
          const first = parts.bounds[i] ?? 0;
          const last = (parts.bounds[i + 1] ?? 0) - 1;
          expect(last).toBeGreaterThanOrEqual(first);
          if (half.ranges === null) continue;
          const { start, end, perms } = half.ranges;
          for (const page of [first, last]) {
            const range = start.findIndex((from, r) => from <= page && page < (end[r] ?? 0));
            expect(parts.range[i]).toBe(range);
            if (range >= 0) expect(parts.perms[i]).toBe(perms[range]);
          }
        }
      }),
      { numRuns: 300 },
    ));

  it('shows an entirely unmapped region whole, and the empty parts of another', () => {
    const parts = rangeParts(HALF, LAYOUT_64);
    const of = (name: string): string[] =>
      Array.from({ length: parts.length }, (_, i) => i).flatMap((i) =>
        regionOfPart(parts, i)?.name === name ? [`${kindName(parts.kind[i] ?? 0)} ${(parts.range[i] ?? -1) >= 0 ? 'mapped' : 'not'}`] : [],
      );
    expect(of('guard hole')).toEqual(['kernel_fixed not']);
    expect(of('vmalloc')).toEqual(['vmalloc mapped', 'gap not', 'vmalloc mapped', 'gap not']);
    expect(of('e1000')).toEqual(['kernel_module mapped', 'kernel_module mapped', 'kernel_module mapped']);
    expect(of('text')).toEqual(['kernel_text mapped']);
  });

  it('counts to the byte', () => {
    expect(bytesText(mappedIn(HALF.ranges, placeOf('ffffc90000003fff'), placeOf('ffffc90000006001')) ?? { page: 0, byte: 0 })).toBe('2');
    expect(mappedIn(null, placeOf('0'), placeOf('1000'))).toBeNull();
  });
});

describe('a space with the kernel half in it', () => {
  const all = layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout).map(tableOf), halvesIn(layout)));

  it('is tiled, with every mapping of the process unchanged, whatever is below it', () =>
    fc.assert(
      fc.property(all, fc.boolean(), ([layout, table, half], byRanges) => {
        const { length, bounds, row, part, kind, kernel } = tile(table, layout, (byRanges ? rangeParts : regionParts)(half, layout));
        expect([bounds[0], bounds[length]]).toEqual([0, layout.end]);
        let mappings = 0;
        for (let i = 0; i < length; i++) {
          const [start = NaN, end = NaN, r = -1, p = -1] = [bounds[i], bounds[i + 1], row[i], part[i]];
          expect(end).toBeGreaterThanOrEqual(start);
          if (byRanges) expect(end).toBeGreaterThan(start);
          if (r >= 0) expect([r, start, end]).toEqual([mappings++, table.start[r], table.end[r]]);
          if (p >= 0) expect([kernel.kind[p], start >= (kernel.bounds[p] ?? 0), end <= (kernel.bounds[p + 1] ?? 0)]).toEqual([kind[i], true, true]);
          expect([r >= 0 || start < layout.kernelStart, p >= 0]).toContain(true);
        }
        expect(mappings).toBe(table.length);
      }),
      { numRuns: 300 },
    ));

  it('has exact bounds that ascend', () =>
    fc.assert(
      fc.property(all, ([layout, table, half]) => {
        const intervals = tile(table, layout, regionParts(half, layout));
        for (let i = 0; i < intervals.length; i++) expect(big(exactBound(intervals, i + 1))).toBeGreaterThan(big(exactBound(intervals, i)));
      }),
      { numRuns: 300 },
    ));

  it('shows what a process has mapped over the kernel half ([vsyscall])', () => {
    const line = {
      start: placeOf('ffffffffff600000').page,
      end: placeOf('ffffffffff601000').page,
      offset: 0,
      inodeLow: 0,
      inodeHigh: 0,
      device: 0,
      perms: 4,
      kind: Kind.vsyscall,
      name: '[vsyscall]',
    };
    const half = { ...HALF, regions: [...HALF.regions, kernelRegion('vsyscall', 'ffffffffff600000', 'ffffffffff601000', 0)], ranges: rangesOf([]) };
    const layout: Layout = LAYOUT_64;
    expect(textOf(tile(tableOf([line]), layout, regionParts(half, layout)), 3).slice(0, 3)).toEqual([
      '0xffffffffff601000 gap -',
      '0xffffffffff600000 vsyscall -',
      '0xffffffffff000000 gap -',
    ]);
  });
});
