import fc from 'fast-check';
import { expect, it } from 'vitest';
import { lineCount } from './height.ts';

it.each([
  [1, 1],
  [15, 1],
  [16, 2],
  [256, 3],
  [2 ** 18, 5],
  [2 ** 28, 8],
  [2 ** 35, 9],
  [2 ** 36, 10],
  [2 ** 52 - 2 ** 36, 13],
])('%d pages are %i lines high', (pages, lines) => expect(lineCount(pages)).toBe(lines));

it('a larger region never has fewer lines', () => {
  const pages = fc.double({ min: 1, max: 2 ** 52, noNaN: true }).map(Math.floor);
  fc.assert(
    fc.property(pages, pages, (a, b) => {
      if (a > b) expect(lineCount(a)).toBeGreaterThanOrEqual(lineCount(b));
    }),
  );
});
