import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatBytes, formatCount, formatPages, formatPercent, plural } from './units.ts';

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB', 'EB'];
const MOST = 2 ** 64;

/** Sizes of every order of magnitude, and sizes close to where one begins. */
const sizes = fc.oneof(
  fc.nat(2048),
  fc.tuple(fc.integer({ min: 0, max: 63 }), fc.double({ min: 1, max: 2, noNaN: true })).map(([bits, share]) => Math.floor(2 ** bits * share)),
  fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: -600, max: 600 })).map(([unit, off]) => 1024 ** unit + off * Math.max(1, 1024 ** (unit - 2))),
);

function parse(text: string): number {
  const [, figure = '', unit = ''] = /^([0-9.]+) ([A-Z]+)$/.exec(text) ?? [];
  return Number(figure) * 1024 ** UNITS.indexOf(unit);
}

describe('formatBytes', () => {
  it('says exactly one of a unit as that', () => expect(UNITS.map((_, i) => formatBytes(1024 ** i))).toEqual(UNITS.map((unit) => `1 ${unit}`)));

  it('takes a unit and at most four characters, no zero behind the point, and is within half a percent', () =>
    fc.assert(
      fc.property(sizes, (bytes) => {
        const text = formatBytes(bytes);
        expect(text).toMatch(/^(?=.{1,4} )[0-9]+(\.[0-9]*[1-9])? ([KMGTPE]?B)$/);
        expect(Math.abs(parse(text) - bytes)).toBeLessThanOrEqual(bytes * 0.005);
      }),
      { numRuns: 2000 },
    ));

  it('never says less of more', () =>
    fc.assert(
      fc.property(sizes, sizes, fc.nat(5000), (a, b, more) => {
        for (const other of [b, a + more])
          expect(Math.sign(parse(formatBytes(other)) - parse(formatBytes(a))) * Math.sign(other - a)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    ));

  it('never says 1024 of a unit that has a next one', () => {
    for (let unit = 1; unit < 6; unit++)
      for (let part = 0; part < 1024; part += 16) expect(formatBytes(1024 ** (unit + 1) - part * 1024 ** (unit - 1))).not.toMatch(/^1024 /);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024 + 512, '1.5 KB'],
    [132 * 1024, '132 KB'],
    [100 * 1024, '100 KB'],
    [1023 * 1024, '1023 KB'],
    [1024 ** 2 - 1, '1 MB'],
    [1.8 * 1024 ** 2, '1.8 MB'],
    [9.999 * 1024 ** 2, '10 MB'],
    [99.99 * 1024 ** 3, '100 GB'],
    [128 * 1024 ** 4, '128 TB'],
    [MOST, '16 EB'],
  ])('of %d is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});

it('formatPages counts 4 KiB each', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 52 }), (pages) => {
      expect(formatPages(pages)).toBe(formatBytes(pages * 4096));
    }),
  );
  expect([formatPages(1), formatPages(2 ** 52)]).toEqual(['4 KB', '16 EB']);
});

it('counts one as one', () => {
  expect([0, 1, 2, 65_530].map((count) => plural(count, 'page'))).toEqual(['0 pages', '1 page', '2 pages', '65,530 pages']);
  expect([1, 2].map((count) => plural(count, 'library', 'libraries'))).toEqual(['1 library', '2 libraries']);
});

describe('formatCount', () =>
  it('puts a comma before every three digits and changes none of them', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (count) => {
        expect(formatCount(count)).toMatch(/^-?[0-9]{1,3}(,[0-9]{3})*$/);
        expect(Number(formatCount(count).replaceAll(',', ''))).toBe(count);
      }),
    );
    expect([formatCount(999), formatCount(1000), formatCount(65_530), formatCount(1e6)]).toEqual(['999', '1,000', '65,530', '1,000,000']);
  }));

describe('formatPercent', () => {
  it('says 0 or 100 only for nothing and for all', () =>
    fc.assert(
      fc.property(fc.maxSafeNat(), fc.maxSafeNat(), (a, b) => {
        const [part, whole] = a < b ? [a, b] : [b, a];
        const text = formatPercent(part, whole);
        expect(text).toMatch(/^[<>]?[0-9]{1,3}(\.[1-9])? %$/);
        expect(text === '0 %').toBe(part === 0);
        expect(text === '100 %').toBe(part === whole && whole > 0);
        if (whole > 0) expect(Math.abs(Number.parseFloat(text.replace(/[<>]/, '')) - (100 * part) / whole)).toBeLessThanOrEqual(0.1000001);
      }),
    ));

  it.each([
    [0, 0, '0 %'],
    [5, 0, '0 %'],
    [1, 3, '33.3 %'],
    [1, 2, '50 %'],
    [1, 10_000, '<0.1 %'],
    [9_999, 10_000, '>99.9 %'],
    [3, 3, '100 %'],
  ])('of %d in %d is %s', (part, whole, text) => expect(formatPercent(part, whole)).toBe(text));
});
