import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Allowance, MAX_SAID } from './allowance.ts';

const TYPES = ['watch', 'pause', 'resync', 'rate'] as const;

it('never allows more than the burst plus the rate, whatever is sent when', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...TYPES), fc.nat(500))), (said) => {
      const allowance = new Allowance(1000);
      let now = 1000;
      let taken = 0;
      for (const [type, afterMs] of said) {
        now += afterMs;
        if (allowance.take(type, now)) taken += type === 'watch' || type === 'resync' ? 5 : 1;
        else break;
      }
      expect(taken).toBeLessThanOrEqual(MAX_SAID + (now - 1000) / 20 + 1e-6);
    }),
  ));

it('is never used up by a held key, or by looking at ten processes a second', () => {
  const [keys, watches] = [new Allowance(0), new Allowance(0)];
  for (let ms = 0; ms < 600_000; ms += 100) {
    for (const part of [0, 33, 66]) expect(keys.take('pause', ms + part)).toBe(true);
    expect(watches.take('watch', ms)).toBe(true);
  }
});
