import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addBytes,
  type Bytes,
  bytesJson,
  bytesText,
  compareBytes,
  END_PAGE_64,
  formatAddress,
  formatByteAddress,
  page,
  parseAddress,
  subtractBytes,
} from './page.ts';

const pages = fc.integer({ min: 0, max: 2 ** 52 });

describe('page', () => {
  it('formats and parses every page number exactly', () =>
    fc.assert(
      fc.property(pages, (p) => {
        expect(parseAddress(formatAddress(p))).toEqual({ page: p, byte: 0 });
        expect(BigInt(formatAddress(p))).toBe(BigInt(p) << 12n);
      }),
    ));

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

  it('refuses invalid page numbers', () => {
    for (const bad of [-1, 1.5, NaN, 2 ** 52 + 1]) expect(() => page(bad)).toThrow(RangeError);
  });
});

describe('a number of bytes', () => {
  /** Up to 2^64, of any order of magnitude, and close to page bounds and the limits of a double. */
  const bytes: fc.Arbitrary<Bytes> = fc
    .record({
      page: fc.oneof(pages, fc.nat(4), fc.constantFrom(2 ** 41 - 1, 2 ** 41, 2 ** 41 + 1, 2 ** 52 - 1, 2 ** 52)),
      byte: fc.oneof(fc.nat(4095), fc.constantFrom(0, 1, 4094, 4095)),
    })
    .map(({ page, byte }) => ({ page, byte: page === END_PAGE_64 ? 0 : byte }));
  const big = ({ page, byte }: Bytes): bigint => BigInt(page) * 4096n + BigInt(byte);

  it('adds up as whole numbers do, however large', () =>
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const sum = addBytes(a, b);
        expect(big(sum)).toBe(big(a) + big(b));
        expect(sum.byte).toBeLessThan(4096);
      }),
    ));

  it('is taken from a larger one as whole numbers are', () =>
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const [less, more] = big(a) < big(b) ? [a, b] : [b, a];
        const rest = subtractBytes(more, less);
        expect(big(rest)).toBe(big(more) - big(less));
        expect([rest.byte >= 0, rest.byte < 4096, rest.page >= 0]).toEqual([true, true, true]);
        expect(addBytes(rest, less)).toEqual(more);
      }),
    ));

  it('is before, at or behind another one as whole numbers are', () =>
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        expect(Math.sign(compareBytes(a, b))).toBe(big(a) < big(b) ? -1 : big(a) > big(b) ? 1 : 0);
        expect(compareBytes(a, { ...a })).toBe(0);
      }),
    ));

  it('is written in decimal to the last digit, and for JSON as a number where a double is exact', () => {
    fc.assert(
      fc.property(bytes, (a) => {
        expect(bytesText(a)).toBe(big(a).toString());
        const json = bytesJson(a);
        expect(BigInt(json)).toBe(big(a));
        expect(typeof json).toBe(big(a) <= BigInt(Number.MAX_SAFE_INTEGER) ? 'number' : 'string');
      }),
    );
    expect(bytesJson({ page: 2 ** 41 - 1, byte: 4095 })).toBe(Number.MAX_SAFE_INTEGER);
    expect(bytesJson({ page: 2 ** 41, byte: 0 })).toBe('9007199254740992');
    expect(bytesText({ page: 2 ** 52, byte: 0 })).toBe('18446744073709551616');
  });

  it('is written as an address to the byte, and read again', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(1, 8, 16), (a, digits) => {
        const text = formatByteAddress(a, digits);
        expect(text).toBe(`0x${big(a).toString(16).padStart(digits, '0')}`);
        expect(parseAddress(text)).toEqual(a);
      }),
    );
    expect(formatByteAddress({ page: 0, byte: 0 })).toBe('0x0000000000000000');
    expect(formatByteAddress({ page: 0, byte: 0 }, 1)).toBe('0x0');
  });
});
