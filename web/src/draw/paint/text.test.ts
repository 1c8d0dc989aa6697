import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitText } from './text.ts';

/** Every character is 7 px wide. */
const measure = (text: string): number => Array.from(text).length * 7;

describe('fitText', () => {
  it('keeps what fits', () => expect(fitText('/usr/lib/libc.so.6', 126, 'x', measure)).toBe('/usr/lib/libc.so.6'));

  it('cuts the middle, and keeps more of the end', () =>
    expect(fitText('/usr/lib/x86_64-linux-gnu/libstdc++.so.6', 7 * 16, 'x', measure)).toBe(
      '/usr/l…c++.so.6'.replace('c++', 'dc++').slice(0, 6) + '…dc++.so.6',
    ));

  it('never is wider than the room, and cuts as little as it can', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 400 }), (text, width) => {
        const fitted = fitText(text, width, 'x', measure);
        expect(measure(fitted)).toBeLessThanOrEqual(Math.max(0, width));
        if (measure(text) <= width) expect(fitted).toBe(text);
        else if (fitted !== '') expect(measure(fitted) + 7).toBeGreaterThan(width);
      }),
    ));
});
