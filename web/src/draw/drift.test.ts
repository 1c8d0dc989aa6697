import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Coast, type Drift, Glide, Hold } from './drift.ts';

/** Durations of frames, in ms. */
const frames = fc.array(fc.double({ min: 0.1, max: 120, noNaN: true }), { minLength: 1, maxLength: 60 });
const amount = fc.double({ min: -2000, max: 2000, noNaN: true }).filter((value) => Math.abs(value) > 0.01);

function run(drift: Drift, times: readonly number[]): number {
  return times.reduce((sum, ms) => sum + drift.advance(ms), 0);
}

const total = (times: readonly number[]): number => times.reduce((sum, ms) => sum + ms, 0);

describe.each<[string, (size: number) => Drift]>([
  ['a glide', (size) => new Glide(size)],
  ['a throw', (size) => new Coast(size / 100)],
  ['a held key', (size) => new Hold(size / 1000, size / 10)],
])('%s', (_, make) => {
  it('comes as far whatever the frames', () => {
    fc.assert(
      fc.property(amount, frames, (size, times) => {
        // A throw may end a little earlier or later, when it hardly moves; so may a glide.
        const slack = Math.max(0.02 * 325, Math.abs(size) * 1e-9) + 1e-3;
        expect(Math.abs(run(make(size), times) - make(size).advance(total(times)))).toBeLessThan(slack);
      }),
    );
  });

  it('never goes the other way', () =>
    fc.assert(
      fc.property(amount, frames, (size, times) => {
        const drift = make(size);
        for (const ms of times) expect(drift.advance(ms) * size).toBeGreaterThanOrEqual(0);
        expect(drift.rest() * size).toBeGreaterThanOrEqual(0);
        expect(drift.over).toBe(true);
        expect(drift.advance(16)).toBeCloseTo(0, 12);
      }),
    ));
});

describe('a glide', () => {
  it('reaches its target exactly, in any number of steps, and nearly all of the way within 120 ms', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.1, max: 500, noNaN: true }), { minLength: 1, maxLength: 8 }), frames, (steps, times) => {
        const glide = new Glide(0);
        let moved = 0;
        for (const [i, step] of steps.entries()) {
          glide.add(step);
          moved += glide.advance(times[i % times.length] ?? 16);
        }
        moved += run(
          glide,
          Array.from({ length: 100 }, () => 16),
        );
        expect(glide.over).toBe(true);
        expect(moved).toBeCloseTo(total(steps), 6);
      }),
    );
    expect(new Glide(1).advance(120)).toBeGreaterThan(0.97);
  });

  it('turns back at once', () => {
    const glide = new Glide(400);
    glide.advance(16);
    glide.add(-100);
    expect(glide.rest()).toBe(-100);
  });
});

describe('a throw', () =>
  it('ends, and does not start below the minimum speed', () => {
    expect(new Coast(0.01).over).toBe(true);
    const coast = new Coast(3);
    const moved = run(
      coast,
      Array.from({ length: 200 }, () => 16),
    );
    expect(coast.over).toBe(true);
    expect(moved).toBeGreaterThan(900);
    expect(moved).toBeLessThan(3 * 325);
  }));

describe('a held key', () => {
  it('that is tapped moves by one step exactly, however short the tap', () => {
    fc.assert(
      fc.property(amount, fc.double({ min: 0, max: 90, noNaN: true }), (step, heldMs) => {
        // At the usual speed a step takes 125 ms.
        const hold = new Hold(step / 125, step);
        const before = hold.advance(heldMs);
        hold.release();
        const moved =
          before +
          run(
            hold,
            Array.from({ length: 80 }, () => 16),
          );
        expect(hold.over).toBe(true);
        expect(moved).toBeCloseTo(step, 6);
      }),
    );
  });

  it('continues at its own speed, and comes to rest soon after its release', () => {
    const hold = new Hold(1, 135);
    hold.advance(400);
    expect(hold.advance(100)).toBeCloseTo(100, 1);
    hold.release();
    const after = run(
      hold,
      Array.from({ length: 30 }, () => 16),
    );
    expect(hold.over).toBe(true);
    expect(after).toBeGreaterThan(30);
    expect(after).toBeLessThan(45);
  });
});
