import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endPage, startPage } from '../axis/axis.ts';
import { fit } from '../axis/camera.ts';
import { fitRange, panBy, zoomAt } from '../axis/camera-moves.ts';
import { buildHierarchy, FIRST_SIGHT } from '../axis/hierarchy.ts';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { maskLevels } from '../axis/masks.ts';
import { classesByKind } from '../colour/by-kind.ts';
import type { PageRange } from '../regions/page-range.ts';
import type { CameraDrive } from './motion.ts';
import { Stage } from './stage.ts';

const HEIGHT = 800;
const LEAST = 18;
const intervals = intervalsOf(nodeMap());
const options = FIRST_SIGHT;
const index = intervals.row.findLastIndex((row) => row >= 0);
const selected = { startPage: intervals.bounds[index] ?? 0, endPage: intervals.bounds[index + 1] ?? 0 };

function stageOf(): Stage {
  const stage = new Stage();
  stage.resize(HEIGHT);
  setMap(stage, HEIGHT / 2, false);
  return stage;
}

function setMap(stage: Stage, eyeY: number, animate: boolean): void {
  const masks = maskLevels(intervals, intervals.kind);
  stage.setMap({ intervals, hierarchy: buildHierarchy(intervals, options), options, masks }, classesByKind(intervals), null, eyeY, animate);
}

/** Height of the visible part of a range, in px. */
function pxOf({ projection }: Stage, range: PageRange): number {
  if (projection === null) throw new Error('there is no map');
  return Math.min(HEIGHT, projection.yOf(range.startPage)) - Math.max(0, projection.yOf(range.endPage));
}

/** Runs until nothing moves. */
function settle(stage: Stage): void {
  for (const ms of [0, 5000, 10_000]) stage.advance(performance.now() + ms);
}

describe('another height', () => {
  const middleOf = (stage: Stage): number => stage.projection?.pointAt(stage.height / 2).page ?? -1;

  it('shows the same, and comes back to where it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 40, max: 3000 }), fc.boolean(), (height, onTheWay) => {
        const stage = stageOf();
        stage.move((axis, _, plot) => fitRange(axis, selected.startPage, selected.endPage, plot, plot / 6), onTheWay);
        const goal = stage.goal;
        stage.resize(height);
        expect(middleOf(stage)).toBe(Math.floor((selected.startPage + selected.endPage) / 2));
        // Everything that was visible still is.
        const { projection } = stage;
        expect([projection?.yOf(selected.endPage), projection?.yOf(selected.startPage)]).toEqual([
          expect.closeTo(height / 6, 3),
          expect.closeTo((5 * height) / 6, 3),
        ]);
        stage.resize(HEIGHT);
        expect(stage.camera.scale / goal.scale).toBeCloseTo(1, 9);
        expect(middleOf(stage)).toBe(Math.floor((selected.startPage + selected.endPage) / 2));
      }),
    );
  });

  it('shows everything where everything was shown', () => {
    const stage = stageOf();
    stage.resize(123);
    expect([stage.atFit, stage.camera.scale]).toEqual([true, 123]);
  });
});

describe('another scale and the one before', () => {
  it('lead back to where one was, also when nothing is selected any more', () => {
    for (const then of [selected, { ...selected }, null]) {
      const stage = stageOf();
      stage.setScale('linear', LEAST, selected);
      settle(stage);
      expect(pxOf(stage, selected)).toBeGreaterThanOrEqual(LEAST - 0.01);
      stage.setScale('log', LEAST, then);
      expect(stage.atFit).toBe(true);
    }
  });

  it('do not lead away from a selection made meanwhile', () => {
    const stage = stageOf();
    stage.setScale('linear', LEAST, null);
    stage.setScale('log', LEAST, null);
    settle(stage);
    stage.setScale('linear', LEAST, selected);
    expect(pxOf(stage, selected)).toBeGreaterThanOrEqual(LEAST - 0.01);
  });

  it('lead to where one was on the way to', () => {
    const stage = stageOf();
    stage.move((axis, _, height) => fitRange(axis, selected.startPage, selected.endPage, height, 32), true);
    stage.setScale('linear', LEAST, selected);
    stage.setScale('log', LEAST, selected);
    settle(stage);
    expect(pxOf(stage, selected)).toBeCloseTo(HEIGHT - 64, 3);
  });
});

describe('after any actions', () => {
  const zooming =
    (y: number): CameraDrive =>
    (log) =>
    (axis, camera, height) =>
      zoomAt(axis, camera, height, y, Math.exp(log));
  const panning: CameraDrive = (px) => (axis, camera, height) => panBy(axis, camera, height, px);
  const y = fc.double({ min: 0, max: HEIGHT, noNaN: true });
  const amount = fc.double({ min: -3, max: 3, noNaN: true });
  const deed = fc.oneof(
    fc.record({ what: fc.constantFrom('wheel', 'pan', 'throw', 'hold', 'drag', 'release', 'halt', 'still', 'map'), y, amount }),
    fc.record({ what: fc.constantFrom('fit', 'goTo'), y, amount }),
  );

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function act(stage: Stage, { what, y: at, amount: by }: { what: string; y: number; amount: number }): void {
    if (what === 'wheel') stage.glide('zoom', by * 4, zooming(at));
    else if (what === 'pan') stage.glide('pan', by * 300, panning);
    else if (what === 'throw') stage.coast(by, panning);
    else if (what === 'hold') stage.hold('KeyW', by / 100, by, zooming(at));
    else if (what === 'release') stage.release('KeyW');
    else if (what === 'drag') stage.move(panning(by * 100), false);
    else if (what === 'halt') stage.halt();
    else if (what === 'map') setMap(stage, at, true);
    else if (what === 'fit') stage.move((axis, _, height) => fit(axis, height), true);
    else if (what === 'goTo') stage.move((axis, _, height) => fitRange(axis, selected.startPage, selected.endPage, height, 32), true);
  }

  function expectClamped({ projection }: Stage): void {
    if (projection === null) throw new Error('there is no map');
    const { axis, camera } = projection;
    expect(projection.yOf(endPage(axis))).toBeLessThan(1e-6);
    expect(projection.yOfBound(axis.first)).toBeGreaterThan(HEIGHT - 1e-6);
    expect(startPage(axis)).toBe(0);
    expect(camera.scale).toBeGreaterThanOrEqual(HEIGHT);
    expect(Number.isFinite(camera.scale)).toBe(true);
  }

  it('the camera is not lost, and an interruption begins at the visible state', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(deed, fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 6 })), { maxLength: 14 }), (deeds) => {
        const stage = stageOf();
        for (const [what, frames] of deeds) {
          const seen = stage.camera;
          act(stage, what);
          // Only a drag moves the picture before the next frame, and new data, which restore its place.
          if (!['drag', 'map'].includes(what.what)) expect(stage.camera).toBe(seen);
          for (const ms of frames) {
            vi.advanceTimersByTime(ms);
            stage.advance(performance.now());
            expectClamped(stage);
          }
        }
        stage.release('KeyW');
        for (let i = 0; i < 80; i++) {
          vi.advanceTimersByTime(100);
          stage.advance(performance.now());
        }
        expect(stage.moving).toBe(false);
        expectClamped(stage);
      }),
    );
  });

  it('the place under the pointer stays there in every frame of a zoom, down to a page', () =>
    fc.assert(
      fc.property(y, fc.array(fc.double({ min: 0.1, max: 4, noNaN: true }), { minLength: 1, maxLength: 30 }), (at, notches) => {
        const stage = stageOf();
        const place = stage.projection?.pointAt(at) ?? { page: 0, fraction: 0 };
        for (const notch of notches) {
          stage.glide('zoom', notch, zooming(at));
          for (const ms of [3, 16, 17, 40]) {
            vi.advanceTimersByTime(ms);
            stage.advance(performance.now());
            const here = stage.projection?.yOf(place.page, place.fraction) ?? NaN;
            expect(Math.abs(here - at)).toBeLessThan(0.01);
          }
        }
      }),
    ));

  it('without motion everything happens at once, and nothing moves', () =>
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 14 }), (deeds) => {
        const stage = stageOf();
        stage.setStill(true);
        for (const each of deeds.filter(({ what }) => what !== 'map')) {
          act(stage, each);
          expect(stage.moving).toBe(false);
          expectClamped(stage);
        }
      }),
    ));

  it('when motion is switched off, movements under way end at once', () => {
    const [stage, other] = [stageOf(), stageOf()];
    other.setStill(true);
    for (const each of [stage, other]) {
      each.glide('zoom', 2, zooming(300));
      each.hold('KeyA', 1, 100, panning);
    }
    stage.setStill(true);
    expect(stage.moving).toBe(false);
    expect(stage.camera).toEqual(other.camera);
  });
});
