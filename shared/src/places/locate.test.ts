import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteSize } from '../byte-size.ts';
import { exactBound, type Intervals, intervalAt, spaceOf, tile } from '../intervals.ts';
import { halvesIn } from '../kernel-half.fixture.ts';
import type { KernelHalf } from '../kernel-half.ts';
import { regionParts } from '../kernel-parts.ts';
import { Kind, kindName } from '../kind.ts';
import type { Layout } from '../layout.ts';
import { locate, type Located } from './locate.ts';
import { locateJson } from '../output/locate-json.ts';
import { regionJson } from '../output/map-json.ts';
import { type Address, type Bytes, parseAddress } from '../page.ts';
import { LAYOUT_64, layouts, type Line, linesIn, manyLines, tableOf, TEXT_LINE } from '../table.fixture.ts';

const spaces = layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout), halvesIn(layout)));
const LAYOUT_32: Layout = { bits: 32, processBits: 32, taskEnd: 0xc0000, userEnd: 0xc0000, kernelStart: 0xc0000, end: 2 ** 20, pagingLevels: 0 };

function big({ page, byte }: Bytes): bigint {
  return BigInt(page) * 4096n + BigInt(byte);
}

function small(bytes: bigint): Address {
  return { page: Number(bytes / 4096n), byte: Number(bytes % 4096n) } as Address;
}

/** The simplest way: a walk over all intervals as ranges of bigints. */
function naive(intervals: Intervals, start: bigint, end: bigint): { touched: number[]; mapped: bigint | null; offset: bigint; file: bigint | null } {
  const { length, row, part, table, kernel } = intervals;
  const touched: number[] = [];
  let mapped = 0n;
  for (let i = 0; i < length; i++) {
    const from = big(exactBound(intervals, i));
    const to = big(exactBound(intervals, i + 1));
    if (to <= start || from >= end) continue;
    touched.push(i);
    const [low, high] = [start > from ? start : from, end < to ? end : to];
    if ((row[i] ?? -1) >= 0) mapped += high - low;
    else if ((part[i] ?? -1) >= 0) mapped += mappedByPage(kernel.half, low, high);
  }
  const first = touched[0] ?? -1;
  const offset = start - big(exactBound(intervals, first));
  const at = row[first] ?? -1;
  const hasFile = at >= 0 && (table.inodeLow[at] !== 0 || table.inodeHigh[at] !== 0);
  const isKnown = kernel.half.ranges !== null || touched.every((i) => (part[i] ?? -1) < 0);
  return { touched, mapped: isKnown ? mapped : null, offset, file: hasFile ? BigInt(table.offset[at] ?? 0) * 4096n + offset : null };
}

function mappedByPage({ ranges }: KernelHalf, low: bigint, high: bigint): bigint {
  let sum = 0n;
  ranges?.start.forEach((start, r) => {
    const [from, to] = [BigInt(start) * 4096n, BigInt(ranges.end[r] ?? 0) * 4096n];
    const overlap = (to < high ? to : high) - (from > low ? from : low);
    if (overlap > 0n) sum += overlap;
  });
  return sum;
}

/**
 * A range of bytes in a space: exactly at or next to bounds of its intervals; one byte, pages, and whole
 * halves.
 */
function rangesIn(intervals: Intervals): fc.Arbitrary<[start: bigint, length: bigint]> {
  const end = BigInt(intervals.layout.end) * 4096n;
  const bound = fc.constantFrom(...intervals.bounds).map((page) => BigInt(page) * 4096n);
  const near = fc.tuple(bound, fc.bigInt({ min: -4097n, max: 4097n })).map(([at, off]) => at + off);
  const place = fc.oneof(bound, near, fc.bigInt({ min: 0n, max: end - 1n })).map((at) => (at < 0n ? 0n : at >= end ? end - 1n : at));
  return fc.oneof(
    fc.tuple(place, fc.oneof(fc.constantFrom(1n, 2n, 4095n, 4096n, 4097n), fc.bigInt({ min: 1n, max: 2n ** 64n }))),
    fc.tuple(place, place).map(([a, b]): [bigint, bigint] => (a < b ? [a, b - a] : [b, a - b + 1n])),
  );
}

describe('a range of addresses', () =>
  it('is in the intervals that a walk over all of them finds, exact to the byte; beyond the end it is in none', () =>
    fc.assert(
      fc.property(
        spaces
          .map(([layout, lines, half]) => tile(tableOf(lines), layout, regionParts(half, layout)))
          .chain((intervals) => fc.tuple(fc.constant(intervals), rangesIn(intervals))),
        ([intervals, [start, length]]) => {
          const located = locate(intervals, small(start), small(length));
          if (start + length > BigInt(intervals.layout.end) * 4096n) {
            expect(located).toBeNull();
            return;
          }
          const { touched, mapped, offset, file } = naive(intervals, start, start + length);
          expect(located).toMatchObject({ first: touched[0], last: touched.at(-1), space: spaceOf(intervals, touched[0] ?? -1) });
          if (located === null) return;
          expect([big(located.start), big(located.end), big(located.offsetInRegion)]).toEqual([start, start + length, offset]);
          expect(located.mapped === null ? null : big(located.mapped)).toBe(mapped);
          expect(located.fileOffset === null ? null : big(located.fileOffset)).toBe(file);
        },
      ),
      { numRuns: 1000 },
    )));

const LINE: Line = { ...TEXT_LINE, end: 0x404, device: 1 };
const ANON: Line = { ...LINE, start: 0x406, end: 0x408, offset: 0, inodeLow: 0, perms: 3, kind: Kind.anon, name: '' };
const GATE: Line = { ...ANON, start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, perms: 4, kind: Kind.vsyscall, name: '[vsyscall]' };
const INTERVALS = tile(tableOf([LINE, ANON, GATE]), LAYOUT_64);

function at(start: string, length: string, intervals = INTERVALS): Located | null {
  return locate(intervals, parseAddress(start) ?? small(-1n), parseByteSize(length) ?? small(-1n));
}

function json(start: string, length: string, intervals = INTERVALS) {
  const located = at(start, length, intervals);
  if (located === null) throw new Error('it lies in nothing');
  const { regions, ...rest } = locateJson(intervals, located, false);
  return { ...rest, kinds: regions.map(({ kind }) => kind) };
}

describe('the answer about a range', () => {
  it('within a mapping is where in it and in its file it begins', () => {
    expect(json('0x400010', '1B')).toEqual({
      start: '0x0000000000400010',
      end: '0x0000000000400011',
      space: 'user',
      offset_in_region: '0x10',
      file_offset: '0x2010',
      mapped_bytes: 1,
      torn: false,
      region_count: 1,
      kinds: ['text'],
    });
    expect(json('0x400000', '16')).toMatchObject({ offset_in_region: '0x0', file_offset: '0x2000', mapped_bytes: 16_384, kinds: ['text'] });
  });

  it('without a file has no offset in one', () =>
    expect(json('0x406fff', '1B')).toMatchObject({ offset_in_region: '0xfff', file_offset: null, mapped_bytes: 1, kinds: ['anon'] }));

  it('across mappings and the gap between them is how much of it is mapped, descending', () => {
    expect(json('0x403fff', '9')).toMatchObject({ offset_in_region: '0x3fff', file_offset: '0x5fff', mapped_bytes: 1 + 1023, kinds: ['anon', 'gap', 'text'] });
    expect(json('0x404000', '8')).toMatchObject({ file_offset: null, mapped_bytes: 0, region_count: 1, kinds: ['gap'] });
    expect(json('0x404000', '8193B')).toMatchObject({ mapped_bytes: 1, kinds: ['anon', 'gap'] });
  });

  it.each([
    ['0x0', '1B', 'user', ['null_trap']],
    ['0x7ffffffff000', '4', 'user', ['beyond']],
    ['0x800000000000', '1', 'none', ['hole']],
    ['0xffff7fffffffffff', '1B', 'none', ['hole']],
    ['0xffff7fffffffffff', '2B', 'none', ['unknown', 'hole']],
    ['0xffff800000000000', '1', 'kernel', ['unknown']],
    ['0xffffffffff600000', '4', 'kernel', ['vsyscall']],
  ])('at %s, of %s, is in the space %s', (start, length, space, kinds) => expect(json(start, length)).toMatchObject({ space, kinds }));

  it('may go up to the last byte of the space, and not one further', () => {
    expect(json('0xffffffffffffffff', '1B')).toMatchObject({ end: '0x10000000000000000', kinds: ['unknown'], mapped_bytes: null });
    expect(at('0xffffffffffffffff', '2B')).toBeNull();
    expect(at('0xfffffffffffff000', '4')).not.toBeNull();
    expect(at('0xfffffffffffff000', '5')).toBeNull();
    expect(at('0x1', '16E')).toBeNull();
    expect(json('0x0', '16E')).toMatchObject({ region_count: INTERVALS.length, mapped_bytes: null, end: '0x10000000000000000' });
    expect(at('0x10000000000000000', '1B')).toBeNull();
  });

  it('says above 2^53 in digits what a number would round', () => {
    const whole = tile(tableOf([{ ...LINE, start: 1, end: 2 ** 52, offset: 0 }]), LAYOUT_64);
    expect(json('0x0000000000001001', '18446744073709547518B', whole)).toMatchObject({
      mapped_bytes: '18446744073709547518',
      offset_in_region: '0x1',
      end: '0xffffffffffffffff',
    });
    expect(json('0xffffffffffffffff', '1B', whole)).toMatchObject({ offset_in_region: '0xffffffffffffefff', file_offset: '0xffffffffffffefff' });
  });

  it('names the lowest thousand regions of more, and how many there are', () => {
    const many = tile(tableOf(manyLines(2000)), LAYOUT_64);
    const located = at('0x700000000000', '64G', many);
    if (located === null) throw new Error('it lies in nothing');
    const { regions, region_count } = locateJson(many, located, false);
    expect([regions.length, region_count]).toEqual([1000, 4000]);
    const first = intervalAt(many, 0x7_0000_0000);
    expect(regions.at(-1)).toEqual(regionJson(many, first));
    expect(regions[0]).toEqual(regionJson(many, first + 999));
  });

  it('of 32 bits ends at 4 GiB, and has addresses as long as its regions have', () => {
    const intervals = tile(tableOf([LINE]), LAYOUT_32);
    expect(intervals.bounds.at(-1)).toBe(2 ** 20);
    expect(json('0xffffffff', '1B', intervals)).toMatchObject({ space: 'kernel', kinds: ['unknown'] });
    expect(at('0xffffffff', '2B', intervals)).toBeNull();
    expect(at('0x100000000', '1B', intervals)).toBeNull();
    expect(kindName(intervals.kind[intervalAt(intervals, 0xbffff)] ?? 0)).toBe('gap');
    expect(json('0xbffff000', '4', intervals)).toMatchObject({ start: '0xbffff000', end: '0xc0000000' });
  });
});
