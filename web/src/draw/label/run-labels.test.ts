import { type Claim, Uses } from '@procmap/shared/use/uses.ts';
import { expect, it } from 'vitest';
import { fitRange } from '../../axis/camera-moves.ts';
import { buildHierarchy } from '../../axis/hierarchy.ts';
import { intervalsOf } from '../../axis/maps.fixture.ts';
import { maskLevels, Masks } from '../../axis/masks.ts';
import { Projection } from '../../axis/projection.ts';
import { Rows } from '../../axis/rows.ts';
import { withUses } from '../../axis/run-uses.ts';
import { classesByKind } from '../../colour/by-kind.ts';
import { fillsOf } from '../paint/fills.ts';
import { layOut } from '../paint/plot.ts';
import { PLAIN_THEME as theme } from '../paint/theme.fixture.ts';
import { placeLabels } from './labels.ts';

/** Names of the labels of a heap of these sizes in pages, all of it in sight. */
function labelsOf(sizes: readonly number[], cssHeight: number): string[] {
  let at = 1000;
  const lines = sizes.map((size, k) => ({ start: at, end: (at += size), perms: k % 2 === 0 ? 3 : 1 }));
  const intervals = intervalsOf(lines);
  const claim: Claim = { use: 'gc_heap', certainty: 'seen', of: 'Java heap', evidence: '' };
  const uses = new Uses(intervals.table, [claim], new Int32Array(lines.length), new Map());
  const hierarchy = withUses(buildHierarchy(intervals, { show: 'user' }), uses, null);
  const classes = classesByKind(intervals);
  const plot = layOut(360, cssHeight, 1, (px) => px * 10);
  const projection = new Projection(hierarchy.axis, fitRange(hierarchy.axis, 1000, at, plot.height));
  const rows = new Rows();
  rows.fill(projection, new Masks(maskLevels(intervals, intervals.kind)), plot.height);
  const measure = (text: string, font: string): number => text.length * Number.parseInt(font, 10) * 0.6;
  const fills = fillsOf(theme, classes.list);
  const common = { hierarchy, ruler: projection, projection, blending: false, rows, blocks: [], classes, fills };
  return placeLabels({ ...common, hits: null, pages: null, plot, theme, measure, veil: null }).map(({ name }) => name);
}

it('a run is not named again where what is most of it has the same name', () => {
  expect(labelsOf([100, 100, 20, 20, 60_000], 110)).toEqual(['Java heap']);
  // No part of these is most of it.
  expect(labelsOf(new Array<number>(30).fill(100), 110)).toEqual(['Java heap']);
});
