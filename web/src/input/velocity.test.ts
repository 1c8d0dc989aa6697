import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Velocity } from './velocity.ts';

function drag(samples: readonly { at: number; y: number }[]): Velocity {
  const velocity = new Velocity();
  for (const { at, y } of samples) velocity.add(at, y);
  return velocity;
}

describe('velocity', () => {
  it('is that of a steady drag, whatever its events', () => {
    const steps = fc.array(fc.integer({ min: 4, max: 16 }), { minLength: 12, maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.double({ min: 0.2, max: 6, noNaN: true }), fc.constantFrom(-1, 1), (gaps, speed, sign) => {
        let at = 1000;
        const samples = gaps.map((gap) => ({ at: (at += gap), y: sign * speed * at }));
        expect(drag(samples).at(at)).toBeCloseTo(sign * speed, 6);
      }),
    );
  });

  it('ignores older movements', () => {
    const samples = Array.from({ length: 30 }, (_, i) => ({ at: 10 * i, y: 50 * i }));
    const end = { at: 400, y: 1500 };
    expect(drag([...samples, end]).at(400)).toBe(0);
    // The pointer rested before the release.
    expect(drag(samples).at(290)).toBeGreaterThan(4);
    expect(drag(samples).at(290 + 81)).toBe(0);
  });

  it('is zero for a slow release, a click, and after a reset', () => {
    expect(drag([]).at(0)).toBe(0);
    expect(drag([{ at: 0, y: 5 }]).at(1)).toBe(0);
    expect(drag(Array.from({ length: 9 }, (_, i) => ({ at: 10 * i, y: i / 2 }))).at(80)).toBe(0);
    const velocity = drag([
      { at: 0, y: 0 },
      { at: 20, y: 100 },
    ]);
    velocity.reset();
    expect(velocity.at(20)).toBe(0);
  });

  it('is never endless', () =>
    fc.assert(
      fc.property(fc.array(fc.record({ at: fc.integer({ min: 0, max: 100 }), y: fc.integer({ min: -4000, max: 4000 }) })), (samples) => {
        const sorted = samples.toSorted((a, b) => a.at - b.at);
        expect(Math.abs(drag(sorted).at(100))).toBeLessThanOrEqual(8);
      }),
    ));
});
