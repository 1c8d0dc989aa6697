import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalEnd, decimalHigh, decimalLow, hexEnd, hexValue, lineEnd, pageValue, quadValue, spacesEnd } from './fields.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const hexDigits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from('0123456789abcdef')), { minLength: least, maxLength: most, size: 'max' }).map((digits) => digits.join(''));
const anyChars = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));

describe('quadValue', () => {
  const expected = (chars: string): number => (/^[0-9a-f]{4}$/.test(chars) ? Number.parseInt(chars, 16) : -1);

  it('agrees with parseInt() for all 65,536 words of hex digits', () => {
    let wrong = 0;
    for (let value = 0; value < 65_536; value++) {
      const word = latin1(value.toString(16).padStart(4, '0'));
      if (quadValue(word.readInt32BE()) !== value || quadValue(word.readUInt32BE()) !== value) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('is -1 with any other byte in any place', () => {
    for (const digits of ['0000', '9f0a', 'ffff', '1239']) {
      for (let at = 0; at < 4; at++) {
        for (let byte = 0; byte < 256; byte++) {
          const chars = digits.slice(0, at) + String.fromCharCode(byte) + digits.slice(at + 1);
          expect(quadValue(latin1(chars).readInt32BE()), JSON.stringify(chars)).toBe(expected(chars));
        }
      }
    }
  });

  it('agrees for any word, and for words of bytes next to the digits', () => {
    const near = fc.constantFrom(...'0189afAFgG/:@`\0\x10\x1f\x7f\x80\xb0\xe1\xff'.split(''));
    const chars = fc.oneof(
      fc.array(near, { minLength: 4, maxLength: 4 }).map((parts) => parts.join('')),
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
    );
    fc.assert(
      fc.property(chars, (word) => {
        expect(quadValue(latin1(word).readInt32BE())).toBe(expected(word));
      }),
      { numRuns: 5000 },
    );
  });
});

describe('the end of a field', () =>
  it.each<[string, (text: Uint8Array, at: number) => number, RegExp]>([
    ['hexEnd', hexEnd, /[0-9a-f]*/y],
    ['decimalEnd', decimalEnd, /[0-9]*/y],
    ['spacesEnd', spacesEnd, / */y],
    ['lineEnd', lineEnd, /[^\n]*/y],
  ])('is where %s says: as far as a regex goes, and never beyond the newline', (_, endOf, field) => {
    const chars = fc.oneof(anyChars, hexDigits(0, 20), fc.nat().map(String), fc.constantFrom('   ', 'ffG', '09:', '0a/', '1 \n2'));
    fc.assert(
      fc.property(chars, chars, fc.nat(20), (a, b, from) => {
        const text = `${a}${b}\n`;
        field.lastIndex = Math.min(from, text.length - 1);
        const at = field.lastIndex;
        expect(endOf(latin1(text), at)).toBe(at + (field.exec(text)?.[0].length ?? NaN));
      }),
    );
  }));

describe('a value', () => {
  /** Surrounding text, so that a wrong position is noticed. */
  const around = (digits: string): [Buffer, number, number] => [latin1(`9f${digits}e8\n`), 2, 2 + digits.length];

  it('of an address is its page, exact up to 2^64, and -1 unless it is of 8 to 16 digits and aligned', () => {
    const pages = fc.bigInt(0n, 2n ** 52n - 1n).map((page) => `${page.toString(16)}000`);
    fc.assert(
      fc.property(
        fc.oneof(
          pages,
          fc.tuple(hexDigits(1, 18), fc.constantFrom('000', '000', '001', '010', '100', 'f00')).map((parts) => parts.join('')),
        ),
        (digits) => {
          const aligned = digits.length >= 8 && digits.length <= 16 && digits.endsWith('000');
          expect(pageValue(...around(digits))).toBe(aligned ? Number(BigInt(`0x${digits}`) >> 12n) : -1);
        },
      ),
      { numRuns: 500 },
    );
    expect(pageValue(...around('fffffffffffff000'))).toBe(2 ** 52 - 1);
    expect(pageValue(...around('00000000'))).toBe(0);
  });

  it('of a device number is that of two to five hex digits, else -1', () =>
    fc.assert(
      fc.property(hexDigits(0, 8), (digits) => {
        expect(hexValue(...around(digits))).toBe(digits.length >= 2 && digits.length <= 5 ? Number.parseInt(digits, 16) : -1);
      }),
    ));

  it('of an inode is exact in all 64 bits, as two words', () => {
    const inodes = fc.oneof(fc.bigInt(0n, 2n ** 64n - 1n), fc.bigInt(0n, 2n ** 33n), fc.bigInt(10n ** 15n - 9n, 10n ** 15n + 9n));
    fc.assert(
      fc.property(inodes, (inode) => {
        const [text, from, to] = around(String(inode));
        expect([decimalHigh(text, from, to), decimalLow(text, from, to)]).toEqual([Number(inode >> 32n), Number(inode & 0xffff_ffffn)]);
      }),
      { numRuns: 500 },
    );
  });
});
