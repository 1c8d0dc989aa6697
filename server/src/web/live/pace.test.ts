import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULT_TICK_PERCENT } from '../../common/defaults.ts';
import { LookPace } from './pace.ts';

function paceOf(...costsMs: number[]): LookPace {
  const pace = new LookPace(DEFAULT_TICK_PERCENT);
  for (const cost of costsMs) pace.note(cost);
  return pace;
}

describe('a pace', () => {
  it('is the requested one at first, and if looks are cheap', () => {
    expect(new LookPace(DEFAULT_TICK_PERCENT).actualHz(10)).toBe(10);
    expect(paceOf(0, 0, 0).actualHz(10)).toBe(10);
    expect(paceOf(9.9).actualHz(10)).toBe(10);
  });

  it('uses at most a tenth of a core, whatever the request and the cost of a look', () =>
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 1 }), fc.double({ min: 0.1, max: 10, noNaN: true }), (costs, asked) => {
        const pace = paceOf(...costs);
        const actual = pace.actualHz(asked);
        expect(actual).toBeGreaterThan(0);
        expect(actual).toBeLessThanOrEqual(asked);
        expect(pace.corePercent(actual)).toBeLessThanOrEqual(10 + 1e-9);
        expect(actual === asked).toBe(pace.corePercent(asked) <= 10);
      }),
    ));

  it('uses more if the user permits it', () => {
    const pace = new LookPace(50);
    pace.note(100);
    expect(pace.actualHz(10)).toBe(5);
  });

  it('says how much the requested looks would use', () => {
    expect(paceOf(50).corePercent(4)).toBe(20);
    expect(paceOf(50).actualHz(4)).toBe(2);
  });

  it.each([[[1, 1000]], [[1000, 1]], [[1, 1, 1000]], [[1, 1, 1000, 1]], [[1, 1, 1, 1, 1000]]])('is not changed by one slow look: %j', (costs) =>
    expect(paceOf(...costs).actualHz(10)).toBe(10),
  );

  it('follows when looks stay slow, and when they are fast again', () => {
    expect(paceOf(1, 1, 1, 1, 1, 100, 100, 100).actualHz(10)).toBe(1);
    expect(paceOf(100, 100, 100, 100, 100, 1, 1, 1).actualHz(10)).toBe(10);
  });
});
