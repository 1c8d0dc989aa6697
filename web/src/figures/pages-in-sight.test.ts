import { MAX_PAGES } from '@procmap/shared/page.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { pagesInSight } from './pages-in-sight.ts';

const MAP = nodeMap();
const INTERVALS = intervalsOf(MAP);

it('is the range from the lowest to the highest page of mappings in sight', () => {
  const sight = fc.tuple(fc.constantFrom(...MAP), fc.integer({ min: -40_000, max: 40_000 }), fc.integer({ min: 1, max: MAX_PAGES }));
  fc.assert(
    fc.property(sight, ([line, shift, count]) => {
      const first = Math.max(0, line.start + shift);
      const pages = MAP.flatMap(({ start, end }) => [Math.max(start, first), Math.min(end, first + count)]).filter((_, i, all) => {
        const pair = i - (i % 2);
        return (all[pair] ?? 0) < (all[pair + 1] ?? 0);
      });
      const range = pagesInSight(INTERVALS, first, first + count, first + count / 2);
      expect(range).toEqual(pages.length === 0 ? null : { start: Math.min(...pages), count: Math.max(...pages) - Math.min(...pages) });
    }),
  );
});

it('never asks for more than the daemon allows, and then for the middle', () =>
  fc.assert(
    fc.property(fc.constantFrom(...MAP), fc.nat(2 ** 40), (line, span) => {
      const middle = Math.floor((line.start + line.end) / 2);
      const range = pagesInSight(INTERVALS, Math.max(0, middle - span), middle + span + 1, middle);
      expect(range).not.toBeNull();
      if (range === null) return;
      expect(range.count).toBeLessThanOrEqual(MAX_PAGES);
      expect(middle >= range.start && middle < range.start + range.count).toBe(true);
    }),
  ));
