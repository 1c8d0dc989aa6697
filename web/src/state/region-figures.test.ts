import { FIGURE_COLUMNS } from '@procmap/shared/mapping-figures.ts';
import { figuresOf } from '@procmap/shared/smaps-json.ts';
import { expect, it } from 'vitest';
import { regionFigures } from './region-figures.ts';

const figures = figuresOf({
  columns: ['start', 'end', 'rss_kb', 'pss_kb', 'private_dirty_kb', 'swap_kb', 'locked_kb'],
  rows: [
    ['0x1000', '0x3000', 4, 2, 4, 0, 0],
    ['0x3000', '0x5000', 0, 0, 0, 0, 8],
  ],
});

it('tells what there is, and three lines always', () => {
  expect(regionFigures(figures, 0).map(({ id, value, share, bar }) => [id, value, share, bar])).toEqual([
    ['smaps-rss', '4 KB', '50 %', 0.5],
    ['smaps-pss', '2 KB', '', null],
    ['smaps-privateDirty', '4 KB', '', null],
    ['smaps-swap', '0 B', '', null],
  ]);
  expect(regionFigures(figures, 1).map(({ id }) => id)).toEqual(['smaps-rss', 'smaps-pss', 'smaps-swap', 'smaps-locked']);
});

it('says what a kernel does not tell rather than nothing', () => {
  const none = figuresOf({ columns: ['start', 'end'], rows: [['0x1000', '0x2000']] });
  const lines = regionFigures(none, 0);
  expect(lines.map(({ value }) => value)).toEqual(['–', '–', '–']);
  expect(lines[0]?.source).toContain('does not tell');
  // Each line names where it comes from.
  for (const { source } of regionFigures(figures, 0)) expect(FIGURE_COLUMNS.some(([, word]) => source.includes(`${word} of /proc/PID/smaps`))).toBe(true);
});
