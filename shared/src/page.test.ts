import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { END_PAGE_64, formatAddress, page, parseAddress } from './page.ts';

const pages = fc.integer({ min: 0, max: 2 ** 52 });

describe('page', () => {
  it('formats and parses every page number exactly', () => {
    fc.assert(
      fc.property(pages, (p) => {
        expect(parseAddress(formatAddress(p))).toEqual({ page: p, byte: 0 });
        expect(BigInt(formatAddress(p))).toBe(BigInt(p) << 12n);
      }),
    );
  });

  it('parses what people paste', () => {
    expect(parseAddress('7ffe_2d86_b123')).toEqual({ page: 0x7ffe2d86b, byte: 0x123 });
    expect(parseAddress(' 0XFFFFFFFFFF600000 ')).toEqual({ page: 0xffffffffff600, byte: 0 });
    expect(parseAddress('0')).toEqual({ page: 0, byte: 0 });
    expect(parseAddress('0x00000000000000000000fff')).toEqual({ page: 0, byte: 0xfff });
    for (const bad of ['', '0x', 'xyz', '-1', '1e3g', '0x10000000000000001', '0xfffffffffffffffff', '_']) expect(parseAddress(bad), bad).toBeNull();
  });

  it('prints the end of the space with 17 digits and 32-bit addresses with 8', () => {
    expect(formatAddress(END_PAGE_64)).toBe('0x10000000000000000');
    expect(formatAddress(0xffffe, 8)).toBe('0xffffe000');
    expect(formatAddress(0)).toBe('0x0000000000000000');
  });

  it('refuses what is no page number', () => {
    for (const bad of [-1, 1.5, NaN, 2 ** 52 + 1]) expect(() => page(bad)).toThrow(RangeError);
  });
});
