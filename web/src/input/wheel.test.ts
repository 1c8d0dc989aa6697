import { describe, expect, it } from 'vitest';
import { type Wheel, WheelReader } from './wheel.ts';

function wheel(change: Partial<Wheel>): Wheel {
  return { deltaX: 0, deltaY: 0, deltaMode: 0, shiftKey: false, ctrlKey: false, timeStamp: 0, ...change };
}

describe('the wheel', () => {
  it('zooms by coarse steps, away from the person closer', () => {
    for (const event of [
      wheel({ deltaY: -100 }),
      wheel({ deltaY: -6.25, deltaMode: 1 }),
      wheel({ deltaY: -0.125, deltaMode: 2 }),
      wheel({ deltaY: -100, ctrlKey: true }),
    ])
      expect(new WheelReader().read(event, 800)).toEqual({ log: 0.22, coarse: true });
  });

  it('moves with Shift, which some systems turn sideways, and to the side', () => {
    const [down, sideways] = [
      { px: -120, coarse: true },
      { px: -7, coarse: false },
    ];
    expect(new WheelReader().read(wheel({ deltaY: 120, shiftKey: true }), 800)).toEqual(down);
    expect(new WheelReader().read(wheel({ deltaX: 120, shiftKey: true }), 800)).toEqual(down);
    expect(new WheelReader().read(wheel({ deltaX: 7, deltaY: 3 }), 800)).toEqual(sideways);
  });

  it('takes the strokes of a trackpad as they are, also once they become fast', () => {
    const reader = new WheelReader();
    expect(reader.read(wheel({ deltaY: 3 }), 800)).toEqual({ log: -3 * 0.0022, coarse: false });
    expect(reader.read(wheel({ deltaY: 90, timeStamp: 16 }), 800)).toMatchObject({ coarse: false });
    expect(reader.read(wheel({ deltaY: 90, timeStamp: 150 }), 800)).toMatchObject({ coarse: false });
    expect(reader.read(wheel({ deltaY: 100, timeStamp: 400 }), 800)).toMatchObject({ coarse: true });
    expect(new WheelReader().read(wheel({ deltaY: 5, ctrlKey: true }), 800)).toEqual({ log: -0.05, coarse: false });
  });
});
