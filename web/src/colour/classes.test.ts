import { isFilled } from '@procmap/shared/intervals.ts';
import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { Kind, kindsOf } from '@procmap/shared/kind.ts';
import { FIGURE_COLUMNS, type FigureColumn, type MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { PERM_EXEC, PERM_READ, PERM_SHARED, PERM_WRITE } from '@procmap/shared/perms.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { describe, expect, it } from 'vitest';
import { intervalsOf, LAYOUT_64, library, manyMappings, nodeMap } from '../axis/maps.fixture.ts';
import { legendGroups } from '../view/legend.ts';
import { FileColours, OWN_COLOURS } from './by-file.ts';
import { classesByKind } from './by-kind.ts';
import { classesByPerms } from './by-perms.ts';
import { classesByResidency } from './by-residency.ts';
import { type Classes, MAX_CLASSES } from './classes.ts';
import { COLOURING_NAMES, COLOURINGS } from './colourings.ts';

const maps = [intervalsOf(nodeMap(), LAYOUT_64, HALF), intervalsOf(nodeMap()), manyMappings(5000), intervalsOf([])];

/** Machine word of the class at a page. */
function idAt({ of, list }: Classes, bounds: Float64Array, page: number): string {
  return list[of[bounds.indexOf(page)] ?? -1]?.id ?? 'none';
}

function figures(ranges: readonly { readonly start: number; readonly end: number; readonly rss: number }[]): MappingFigures {
  const columns = Object.fromEntries(
    FIGURE_COLUMNS.map(([column]) => [column, Float64Array.from(ranges, ({ rss }) => (column === 'rss' ? rss : 0))]),
  ) as Record<FigureColumn, Float64Array>;
  const notTold = new Float64Array(ranges.length).fill(NaN);
  const of = (key: 'start' | 'end'): Float64Array => Float64Array.from(ranges, (range) => range[key]);
  return {
    length: ranges.length,
    start: of('start'),
    end: of('end'),
    flagSet: new Uint16Array(ranges.length),
    flagSets: [''],
    device: notTold,
    inode: notTold,
    offset: notTold,
    ...columns,
  };
}

describe('colour classes', () => {
  it.each(COLOURING_NAMES)('by %s give each interval a class that exists, and count it once', (name) => {
    for (const intervals of maps) {
      const classes = COLOURINGS[name].classes({ intervals, figures: () => null, files: () => new FileColours(), uses: () => null });
      expect(classes.colouring).toBe(name);
      expect(classes.list.length).toBeLessThanOrEqual(MAX_CLASSES);
      classes.of.forEach((each, i) => {
        expect(classes.list[each]).toBeDefined();
        // Unmapped regions look the same in every colouring.
        if (!isFilled(intervals, i) && kindsOf('empty').includes(intervals.kind[i] ?? 0)) expect(each).toBe(intervals.kind[i]);
      });
      const isCounted = (i: number): boolean => intervals.kind[i] !== Kind.gap || (intervals.bounds[i] ?? 0) < intervals.layout.kernelStart;
      const counted = Array.from(classes.of.keys()).filter(isCounted);
      expect(classes.counts.reduce((sum, count) => sum + count, 0)).toBe(counted.length);
      expect(
        legendGroups(classes)
          .flatMap(({ rows }) => rows.map(({ count }) => count))
          .reduce((sum, count) => sum + count, 0),
      ).toBe(counted.length);
      const ids = legendGroups(classes).flatMap(({ rows }) => rows.map(({ id }) => id));
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('by kind count as the summary does', () => {
    for (const intervals of maps) {
      const { counts, pages } = classesByKind(intervals);
      for (const total of summarise(intervals).kinds) expect([counts[total.kind], pages[total.kind]]).toEqual([total.count, total.pages]);
    }
  });

  it('by permissions tell shared from private, and the kernel’s pages too', () => {
    const intervals = intervalsOf(
      [
        { start: 16, end: 17, perms: PERM_READ | PERM_EXEC },
        { start: 20, end: 21, perms: PERM_READ | PERM_WRITE | PERM_SHARED },
        { start: 30, end: 31, perms: 0 },
      ],
      LAYOUT_64,
      HALF,
    );
    const classes = classesByPerms(intervals);
    expect([16, 20, 30].map((page) => idAt(classes, intervals.bounds, page))).toEqual(['perms-r-xp', 'perms-rw-s', 'perms----p']);
    expect(legendGroups(classes)[0]?.rows.some(({ id }) => id === 'perms-rwxp')).toBe(true);
  });

  it('by file keep each file its colour, whatever comes and goes', () => {
    const colours = new FileColours();
    const files = Array.from({ length: 20 }, (_, i) => library(`/lib/${i}.so`, 0x1000 + i * 0x1000, 10 * (20 - i))).flat();
    const first = intervalsOf(files);
    const before = colours.classes(first);
    const id = (classes: Classes, intervals: typeof first, i: number): string => idAt(classes, intervals.bounds, 0x1000 + i * 0x1000);
    // The fourteen largest have their own class.
    expect(new Set(Array.from({ length: OWN_COLOURS }, (_, i) => id(before, first, i))).size).toBe(14);
    for (const i of [14, 19]) expect(id(before, first, i)).toBe('file-other');
    const later = intervalsOf([...library('/lib/new.so', 0x10, 5).map((line) => ({ ...line, inode: 99 })), ...files.slice(5)]);
    const after = colours.classes(later);
    for (let i = 5; i < 20; i++) expect(id(after, later, i)).toBe(id(before, first, i));
    expect(idAt(after, later.bounds, 0x10)).toBe('file-other');
    expect(before.list.filter((each) => each?.term === 'name="/lib/3.so"')).toHaveLength(1);
  });

  it('by file tell two files of one path apart, and a file keeps its colour when its name goes', () => {
    const colours = new FileColours();
    const of = (inode: number, name: string, start: number, pages: number): ReturnType<typeof library> =>
      library(name, start, pages).map((line) => ({ ...line, inode }));
    const both = intervalsOf([...of(15, '/lib/z.so', 0x1000, 30), ...of(16, '/lib/z.so', 0x2000, 20)]);
    const before = colours.classes(both);
    expect([0x1000, 0x2000].map((page) => idAt(before, both.bounds, page))).toEqual(['file-0', 'file-1']);
    expect(before.list.flatMap((each) => (each?.id === 'file-1' ? [each.label, each.term] : []))).toEqual(['/lib/z.so (inode 16)', 'dev:00:00 inode:16']);
    const later = intervalsOf([...of(15, '/lib/z.so (deleted)', 0x1000, 30), ...of(16, '/lib/z.so', 0x2000, 20)]);
    const after = colours.classes(later);
    expect([0x1000, 0x2000].map((page) => idAt(after, later.bounds, page))).toEqual(['file-0', 'file-1']);
    expect(after.list.flatMap((each) => (each?.id === 'file-1' ? [each.label, each.term] : []))).toEqual(['/lib/z.so', 'name="/lib/z.so"']);
  });

  it('by residency go by the share that is in memory', () => {
    const ranges = [0, 1, 24, 25, 50, 75, 99, 100].map((rss, i) => ({ start: 1000 + 200 * i, end: 1100 + 200 * i, rss: rss * 4 }));
    const lines = [...ranges, { start: 5000, end: 5001, rss: 0 }];
    const intervals = intervalsOf(lines);
    const classes = classesByResidency(intervals, figures(ranges));
    expect(lines.map(({ start }) => idAt(classes, intervals.bounds, start).replace('resident-', ''))).toEqual([
      '0',
      '1',
      '1',
      '2',
      '3',
      '4',
      '4',
      '5',
      'unknown',
    ]);
  });
});
