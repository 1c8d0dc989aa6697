import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Hits } from './hits.ts';

it('tell of any stretch whether one of them is in it', () =>
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(60), { maxLength: 20 }), fc.nat(60), fc.nat(60), (indexes, a, b) => {
      const hits = new Hits(Uint32Array.from(indexes.toSorted((x, y) => y - x)));
      const [first, end] = [Math.min(a, b), Math.max(a, b)];
      expect(hits.any(first, end)).toBe(indexes.some((index) => index >= first && index < end));
    }),
  ));
