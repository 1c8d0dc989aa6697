import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortName } from './short-name.ts';

describe('a short name', () =>
  it('is the name itself, or its begin and its end around one ellipsis', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (name) => {
        const short = shortName(name);
        if (short === name) expect(Array.from(name).length).toBeLessThanOrEqual(120);
        else {
          const characters = Array.from(name);
          expect(short).toBe(`${characters.slice(0, 40).join('')}…${characters.slice(-56).join('')}`);
        }
      }),
    );
    expect(shortName('/x'.repeat(60))).toBe('/x'.repeat(60));
    expect(shortName('/x'.repeat(61))).toBe(`${'/x'.repeat(20)}…${'/x'.repeat(28)}`);
  }));
