import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fit, isFit } from './camera.ts';
import { panBy, zoomAt } from './camera-moves.ts';
import { pageAt, yOf } from './heights.fixture.ts';
import { buildHierarchy, type Scale } from './hierarchy.ts';
import { intervalsOf, manyMappings, nodeMap } from './maps.fixture.ts';
import { rescale } from './rescale.ts';

const HEIGHT = 800;
const LEAST = 18;
const views = fc.array(
  fc.record({
    y: fc.double({ min: 0, max: HEIGHT, noNaN: true }),
    log: fc.double({ min: -2, max: 8, noNaN: true }),
    pan: fc.integer({ min: -900, max: 900 }),
  }),
  { minLength: 1, maxLength: 6 },
);

describe.each([
  ['node', intervalsOf(nodeMap())],
  ['30,000', manyMappings(30_000)],
] as const)('another scale of %s', (_, intervals) => {
  const axes = {
    log: buildHierarchy(intervals, { show: 'both', scale: 'log' }).axis,
    linear: buildHierarchy(intervals, { show: 'both', scale: 'linear' }).axis,
    mapped: buildHierarchy(intervals, { show: 'both', scale: 'mapped' }).axis,
  };

  it.each([
    ['log', 'linear'],
    ['linear', 'log'],
    ['log', 'mapped'],
    ['mapped', 'log'],
    ['linear', 'mapped'],
    ['mapped', 'linear'],
  ] as const)('from %s to %s keeps the selection visible and large enough', (from: Scale, to: Scale) => {
    const [old, axis] = [axes[from], axes[to]];
    fc.assert(
      fc.property(views, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (moves, at, isSelected) => {
        let camera = fit(old, HEIGHT);
        for (const { y, log, pan } of moves) camera = panBy(old, zoomAt(old, camera, HEIGHT, y, Math.exp(log)), HEIGHT, pan);
        const [low, high] = [pageAt(old, camera, HEIGHT).page, pageAt(old, camera, 0).page];
        // A visible page: the one drawn at that height.
        const point = pageAt(old, camera, isSelected ? at * (HEIGHT - 1) + 0.5 : HEIGHT / 2);
        const i = intervals.bounds.findLastIndex((bound) => bound <= point.page);
        const selected = { startPage: intervals.bounds[i] ?? 0, endPage: intervals.bounds[i + 1] ?? 0 };
        const before = Math.min(HEIGHT, yOf(old, camera, selected.startPage)) - Math.max(0, yOf(old, camera, selected.endPage));
        if (!isSelected && isFit(camera, HEIGHT)) return;

        const then = rescale(camera, old, axis, HEIGHT, LEAST, isSelected ? selected : null);
        const [top, bottom] = [Math.max(0, yOf(axis, then, selected.endPage)), Math.min(HEIGHT, yOf(axis, then, selected.startPage))];
        expect(bottom - top).toBeGreaterThan((isSelected ? LEAST : Math.min(LEAST, before)) - 0.01);
        // It zooms in without moving elsewhere: nothing distant becomes visible. (Whole pages, and the ends of
        // the space.)
        const [newLow, newHigh] = [pageAt(axis, then, HEIGHT).page, pageAt(axis, then, 0).page];
        expect(newHigh).toBeGreaterThanOrEqual(low);
        expect(newLow).toBeLessThanOrEqual(high + 1);
      }),
      { numRuns: 400 },
    );
  });

  it('keeps the pages in sight where they are large enough already, and the whole the whole', () => {
    expect(isFit(rescale(fit(axes.log, HEIGHT), axes.log, axes.linear, HEIGHT, LEAST, null), HEIGHT)).toBe(true);
    // The selection is not visible.
    const away = { startPage: 0, endPage: 1 };
    let camera = zoomAt(axes.log, fit(axes.log, HEIGHT), HEIGHT, 100, 40);
    const then = rescale(camera, axes.log, axes.linear, HEIGHT, LEAST, away);
    expect(then).toEqual(rescale(camera, axes.log, axes.linear, HEIGHT, LEAST, null));
    camera = then;
    const back = rescale(camera, axes.linear, axes.log, HEIGHT, LEAST, null);
    expect(Math.abs(pageAt(axes.log, back, 0).page - pageAt(axes.linear, camera, 0).page)).toBeLessThanOrEqual(1);
    expect(Math.abs(pageAt(axes.log, back, HEIGHT).page - pageAt(axes.linear, camera, HEIGHT).page)).toBeLessThanOrEqual(1);
  });
});
