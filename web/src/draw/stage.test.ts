import { describe, expect, it } from 'vitest';
import { fitRange } from '../axis/camera.ts';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { maskLevels } from '../axis/masks.ts';
import { classesByKind } from '../colour/by-kind.ts';
import type { PageRange } from './marks.ts';
import { Stage } from './stage.ts';

const HEIGHT = 800;
const LEAST = 18;
const intervals = intervalsOf(nodeMap());
const options = { show: 'both', scale: 'log' } as const;
const index = intervals.row.findLastIndex((row) => row >= 0);
const selected = { startPage: intervals.bounds[index] ?? 0, endPage: intervals.bounds[index + 1] ?? 0 };

function stageOf(): Stage {
  const stage = new Stage();
  stage.resize(HEIGHT, 1);
  const masks = maskLevels(intervals, intervals.kind);
  stage.setMap({ intervals, hierarchy: buildHierarchy(intervals, options), options, masks }, classesByKind(intervals), HEIGHT / 2, false);
  return stage;
}

/** What is in sight of a range, in px. */
function pxOf({ projection }: Stage, range: PageRange): number {
  if (projection === null) throw new Error('there is no map');
  return Math.min(HEIGHT, projection.yOf(range.startPage)) - Math.max(0, projection.yOf(range.endPage));
}

/** Until nothing moves any more. */
function settle(stage: Stage): void {
  for (const ms of [0, 5000, 10_000]) stage.advance(performance.now() + ms);
}

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

  it('do not lead away from what was selected meanwhile', () => {
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
