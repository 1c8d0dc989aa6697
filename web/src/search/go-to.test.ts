import { subtractBytes } from '@procmap/shared/page.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { readDestination } from './go-to.ts';
import { readQuery } from './query.ts';

const intervals = intervalsOf(nodeMap());
const selected = { startPage: 0x5000, endPage: 0x5010 };

function where(text: string): { page: number; byte: number; isRange: boolean } | string {
  const destination = readDestination(text, intervals, selected);
  return 'problem' in destination ? destination.problem : { ...destination.located.start, isRange: destination.isRange };
}

describe('a destination', () => {
  it('is any address in hex, however it is written', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.constantFrom('0x', ''), fc.boolean(), (address, mark, upper) => {
        const digits = upper ? address.toString(16).toUpperCase() : address.toString(16);
        expect(where(` ${mark}${digits} `)).toEqual({ page: Number(address >> 12n), byte: Number(address & 0xfffn), isRange: false });
      }),
    ));

  it('is a range, as the search takes it', () => {
    for (const text of ['0x5000000,4K', '0x5000000-0x5001000', '5000000-5001000 r-xp 00000000 00:00 0'])
      expect(where(text)).toEqual({ page: 0x5000, byte: 0, isRange: true });
  });

  it.each(['5', '0x5000123', '0x5000000-0x5001080', '+0x1010', '00000000`05000010', '-1'])('of %j is what the search finds by its words', (text) => {
    const destination = readDestination(text, intervals, selected);
    if ('problem' in destination) throw new Error(destination.problem);
    const { start, end } = destination.located;
    const query = readQuery(destination.search, intervals);
    if (query.type !== 'address') throw new Error(query.type);
    expect(query.start).toEqual(start);
    expect(query.length).toEqual(destination.isRange ? subtractBytes(end, start) : null);
  });

  it('can be a place from a log', () => {
    expect(where('00000000`05000010')).toEqual({ page: 0x5000, byte: 0x10, isRange: false });
    expect(where('libnone.so+0x10')).toBe('No file libnone.so is mapped here.');
  });

  it('counts from the start of the selection', () => {
    expect(where('+0x1010')).toEqual({ page: 0x5001, byte: 0x10, isRange: false });
    expect(where('+ 10')).toEqual({ page: 0x5000, byte: 0x10, isRange: false });
    expect(where('-1')).toEqual({ page: 0x4fff, byte: 0xfff, isRange: false });
    expect(readDestination('+10', intervals, null)).toEqual({ problem: 'Select a region first: an offset counts from its start.' });
  });

  it.each([
    ['', /Type an address/],
    ['  ', /Type an address/],
    ['libc', /not an address/],
    ['0x', /not an address/],
    ['0x12 0x13', /not an address/],
    ['12,4Q', /not an address/],
    ['0x10000000000000000', /the last one is 0xffffffffffffffff/],
    ['0xfffffffffffffffff0', /the last one is/],
    ['+ffffffffffffffffff', /the last one is/],
    ['+0xfffffffffffffff0', /the last one is/],
    ['-0x5000001', /below address 0/],
    ['+', /type bytes in hex/],
    ['+x', /type bytes in hex/],
    ['0x2000-0x1000', /This range is empty/],
    ['0x200000,0', /This range is empty/],
  ])('explains the error in “%s”', (text, problem) => expect(where(text)).toMatch(problem));

  it('never throws', () =>
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('0', '7', 'f', '0x', '+', '-', ',', '_', 'K', 'G', ' ', '\u{1f600}', '\0') }), (text) => {
        expect(readDestination(text, intervals, selected)).toBeTypeOf('object');
      }),
      { numRuns: 1000 },
    ));
});
