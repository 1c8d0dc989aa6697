import { describe, expect, it } from 'vitest';
import { fit } from '../axis/camera.ts';
import { fitRange } from '../axis/camera-moves.ts';
import { fly } from '../axis/flight.ts';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { Projection } from '../axis/projection.ts';
import { Coast, Hold } from './drift.ts';
import { type CameraMove, type CameraDrive, Motion } from './motion.ts';

const { axis } = buildHierarchy(intervalsOf(nodeMap()));
const from = fit(axis, 800);
const to = fitRange(axis, 0x5000, 0x8000, 800);

describe('motion', () => {
  it('flies exactly to its target, and then rests', () => {
    const motion = new Motion();
    motion.fly(fly(axis, from, to, 800), to, 1000);
    expect(motion.goal).toBe(to);
    expect(motion.cameraAt(1000)).toBe(from);
    expect(motion.cameraAt(1100)?.scale).toBeGreaterThan(from.scale);
    expect(motion.cameraAt(9000)).toBe(to);
    expect(motion.running).toBe(false);
    expect(motion.cameraAt(9001)).toBe(null);
  });

  it('blends for 200 ms', () => {
    const motion = new Motion();
    const old = new Projection(axis, from);
    motion.onNewAxis(
      old,
      true,
      0,
      (camera) => camera,
      (a, b) => fly(axis, a, b, 800),
    );
    expect(motion.blendAt(0)?.share).toBe(0);
    expect(motion.blendAt(100)?.share).toBeGreaterThan(0.5);
    expect(motion.blendAt(200)).toBe(null);
    expect(motion.running).toBe(false);
  });

  it('takes the old layout along when the person moves, and ends a flight', () => {
    const motion = new Motion();
    motion.onNewAxis(
      new Projection(axis, from),
      true,
      0,
      (camera) => camera,
      (a, b) => fly(axis, a, b, 800),
    );
    motion.follow(() => to);
    expect(motion.blendAt(50)?.from.camera).toBe(to);
    motion.fly(fly(axis, from, to, 800), to, 0);
    expect(motion.blendAt(60)).toBe(null);
    motion.follow((_, camera) => camera);
    expect(motion.running).toBe(false);
  });

  it('keeps flying when the layout changes', () => {
    const motion = new Motion();
    motion.fly(fly(axis, from, to, 800), to, 0);
    motion.onNewAxis(
      new Projection(axis, from),
      true,
      50,
      (camera) => ({ ...camera }),
      (a, b) => fly(axis, a, b, 800),
    );
    expect(motion.goal).toEqual(to);
    expect(motion.cameraAt(9999)).toEqual(to);
  });
});

describe('drifts', () => {
  const pan: CameraDrive = (px) => (_, camera) => ({ ...camera, y: camera.y + px });

  function moveOf(seen: { camera: typeof from }) {
    return (change: CameraMove): boolean => {
      const before = seen.camera;
      seen.camera = change(axis, before, 800);
      return seen.camera.y !== before.y;
    };
  }

  it('begin where a flight was interrupted, show in the very next frame, and add up', () => {
    const motion = new Motion();
    motion.fly(fly(axis, from, to, 800), to, 0);
    const seen = { camera: motion.cameraAt(90) ?? from };
    const { y } = seen.camera;
    motion.glide('pan', 100, pan, 90);
    expect(motion.cameraAt(90)).toBe(null);
    motion.advanceDrifts(90.1, moveOf(seen));
    expect(seen.camera.y - y).toBeGreaterThan(10);
    motion.glide('pan', 50, pan, 91);
    for (let now = 100; motion.running; now += 16) motion.advanceDrifts(now, moveOf(seen));
    expect(seen.camera.y - y).toBeCloseTo(150, 9);
  });

  it('end with a flight, and a throw with whatever comes next', () => {
    const motion = new Motion();
    motion.drift('coast', new Coast(2), pan, 0);
    motion.glide('zoom', 1, pan, 1);
    const seen = { camera: from };
    motion.advanceDrifts(2000, moveOf(seen));
    expect(seen.camera.y - from.y).toBeCloseTo(1, 1);
    motion.drift('coast', new Coast(2), pan, 3000);
    motion.fly(fly(axis, from, to, 800), to, 3000);
    expect(motion.cameraAt(9000)).toBe(to);
    expect(motion.running).toBe(false);
  });

  it('end where they are held up, but for a key that is down', () => {
    const motion = new Motion();
    const stuck = (): boolean => false;
    motion.drift('coast', new Coast(2), pan, 0);
    motion.drift('KeyA', new Hold(1, 100), pan, 0);
    motion.advanceDrifts(16, stuck);
    expect(motion.running).toBe(true);
    motion.release('KeyA');
    motion.advanceDrifts(32, stuck);
    expect(motion.running).toBe(false);
  });
});
