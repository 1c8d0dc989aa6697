import { JoinedFigures } from '@procmap/shared/figures/joined-figures.ts';
import { IN_MEMORY } from '@procmap/shared/figures/mapping-figures.ts';
import { expect, it } from 'vitest';
import { intervalsOf, nodeMap } from '../axis/maps.fixture.ts';
import { sampleFigures } from './figures.fixture.ts';
import { residentPages } from './resident-pages.ts';

it('are those of the figures, and none where these tell nothing', () => {
  const intervals = intervalsOf(nodeMap());
  const figures = sampleFigures(intervals);
  const joined = JoinedFigures.of(intervals, figures);
  const pages = residentPages(intervals, figures);
  expect(pages.length).toBe(intervals.length);
  expect(pages.filter((each) => each > 0).length).toBeGreaterThan(50);
  pages.forEach((each, i) => expect(each * 4).toBe(joined.isTold(i) ? joined.kb(i, IN_MEMORY) : 0));
});
