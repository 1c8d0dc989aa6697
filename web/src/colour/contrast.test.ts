import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contrast, inkOn } from './contrast.ts';

describe('ink', () => {
  it('knows the ends of the scale', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#777777')).toBe(1);
  });

  it('takes every form in which a canvas gives a colour', () => {
    expect(inkOn('rgba(255, 238, 0, 0.9)')).toBe(inkOn('#ffee00'));
    expect(inkOn('rgba(20, 20, 20, 0.9)')).toBe(inkOn('#141414'));
  });

  it('can be read on any fill', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (rgb) => {
        const fill = `#${rgb.toString(16).padStart(6, '0')}`;
        expect(contrast(fill, inkOn(fill))).toBeGreaterThan(4.2);
      }),
    ));
});
