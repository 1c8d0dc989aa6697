import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseByteSize } from './byte-size.ts';

const UNITS = ['b', 'k', 'm', 'g', 't', 'p', 'e'];
const MOST = 2n ** 64n;

function parsed(text: string, unit?: 'b' | 'k'): bigint | null {
  const bytes = parseByteSize(text, unit);
  if (bytes === null) return null;
  expect([Number.isInteger(bytes.page), bytes.byte >= 0, bytes.byte < 4096]).toEqual([true, true, true]);
  return BigInt(bytes.page) * 4096n + BigInt(bytes.byte);
}

describe('a size as a person types it', () => {
  it('is exact up to 2^64, of any unit in any spelling, and none beyond', () => {
    const figures = fc.oneof(fc.bigInt({ min: 0n, max: 2048n }), fc.bigInt({ min: 0n, max: 10n ** 20n - 1n }));
    const spellings = fc.constantFrom(
      ...UNITS.flatMap((letter, power) =>
        (power === 0 ? ['b'] : [letter, `${letter}b`, `${letter}ib`]).flatMap((unit): [string, number][] => [
          [unit, power],
          [unit.toUpperCase(), power],
        ]),
      ),
    );
    fc.assert(
      fc.property(figures, spellings, fc.constantFrom('', ' ', '  '), (figure, [unit, power], space) => {
        const bytes = figure * 1024n ** BigInt(power);
        expect(parsed(`${space}${figure}${space}${unit}${space}`)).toBe(bytes <= MOST ? bytes : null);
      }),
    );
  });

  it('is in KB without a unit, or in a given default unit', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 54n }), (figure) => {
        expect(parsed(`${figure}`)).toBe(figure * 1024n);
        expect(parsed(`${figure}`, 'k')).toBe(figure * 1024n);
        expect(parsed(`${figure}`, 'b')).toBe(figure);
        // A unit in the text takes precedence.
        expect(parsed(`${figure}B`, 'k')).toBe(figure);
        expect(parsed(`${figure}K`, 'b')).toBe(figure * 1024n);
      }),
    );
  });

  it.each<[string, bigint]>([
    ['0', 0n],
    ['4', 4096n],
    ['004', 4096n],
    ['4KB', 4096n],
    ['1 GiB', 2n ** 30n],
    ['16E', MOST],
    ['18446744073709551615b', MOST - 1n],
    ['18014398509481984', MOST],
  ])('%j is %d bytes', (text, bytes) => expect(parsed(text)).toBe(bytes));

  it.each([
    '',
    ' ',
    'k',
    '-1',
    '+1',
    '1.5',
    '1,5',
    '1e3',
    '0x10',
    '1 2',
    '1kk',
    '1ki',
    '1bi',
    '1bb',
    '1z',
    'NaN',
    '１',
    '1\n2',
    '17E',
    '18446744073709551617b',
    '1'.repeat(21),
  ])('%j is invalid', (text) => {
    expect(parseByteSize(text)).toBeNull();
    expect(parseByteSize(text, 'b')).toBeNull();
  });
});
