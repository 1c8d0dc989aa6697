import { tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import { usesOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFigures } from '../../figures/figures.fixture.ts';
import { findMatches, readQuery } from '../../search/query.ts';
import { FIGURE_KEYS } from './table-figures.ts';
import { groupRows, groupTerm, groupTitle, groupToken, tableLines } from './table-groups.ts';
import { chooseRows, sortRows } from './table-order.ts';
import { totalsOf } from './table-totals.ts';
import { KEYS, maps, sampleUses, toldOf } from '../table.fixture.ts';

function sum(column: Float64Array): number {
  return column.reduce((a, b) => a + b, 0);
}

describe('groups', () => {
  const bys = fc.constantFrom('file' as const, 'kind' as const, 'perms' as const, 'use' as const);

  it('part the rows, keep their order, and add up to the whole', () =>
    fc.assert(
      fc.property(maps, bys, fc.constantFrom(...KEYS), fc.boolean(), (intervals, by, column, descending) => {
        const figures = sampleFigures(intervals);
        const uses = sampleUses(intervals);
        const rows = sortRows(chooseRows(intervals, null, true), intervals, { column, descending }, figures, uses);
        const groups = groupRows(rows, intervals, by, { column, descending }, figures, uses);
        expect([...groups.members].sort((a, b) => a - b)).toEqual([...rows].sort((a, b) => a - b));
        const place = new Map(Array.from(rows, (row, i) => [row, i]));
        for (let g = 0; g < groups.length; g++) {
          const members = groups.members.subarray(groups.first[g], groups.first[g + 1]);
          expect(members.length).toBeGreaterThan(0);
          for (let n = 1; n < members.length; n++) expect(place.get(members[n] ?? -1)).toBeGreaterThan(place.get(members[n - 1] ?? -1) ?? NaN);
          const own = totalsOf(members, intervals, figures);
          expect([own.pages, own.mappedPages]).toEqual([groups.pages[g], groups.mappedPages[g]]);
          for (const key of FIGURE_KEYS) {
            const [sum, all] = [own.figures?.[key], groups.figures?.[key]];
            expect([sum?.kb[0], sum?.told[0]]).toEqual([all?.kb[g], all?.told[g]]);
            expect(sum?.told[0]).toBe(toldOf(members, intervals));
          }
          expect(groupTitle(groups, g, intervals)).not.toBe('');
        }
        const whole = totalsOf(rows, intervals, figures);
        expect([sum(groups.pages), sum(groups.mappedPages)]).toEqual([whole.pages, whole.mappedPages]);
        for (const key of FIGURE_KEYS) expect(sum(groups.figures?.[key].kb ?? new Float64Array())).toBe(whole.figures?.[key].kb[0]);
        expect(whole.pages).toBe(LAYOUT_64.end);
      }),
      { numRuns: 300 },
    ));

  it('are found by their term: all members, and no others for kinds or files of mappings', () => {
    fc.assert(
      fc.property(maps, bys, (intervals, by) => {
        const rows = chooseRows(intervals, null, true);
        const uses = sampleUses(intervals);
        const groups = groupRows(rows, intervals, by, { column: 'start', descending: true }, null, uses);
        for (let g = 0; g < groups.length; g++) {
          const term = groupTerm(groups, g, intervals);
          if (term === '') continue;
          const matches = findMatches(readQuery(term, intervals), intervals, null, uses);
          const members = Array.from(groups.members.subarray(groups.first[g], groups.first[g + 1]));
          for (const member of members) expect(matches?.[member], term).toBe(1);
          // A mapping of the process may be in the kernel half, next to pages of the same kind; mappings of this law have any kind.
          if (by !== 'file' && !term.includes('space:kernel') && !(by === 'use' && term.startsWith('kind:')))
            expect(
              matches?.reduce((a, b) => a + b, 0),
              term,
            ).toBe(members.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('are two where one path leads to two files, and one where a file has two names', () => {
    const line = { offset: 0, inodeHigh: 0, device: 0x800001, perms: 1, kind: Kind.rodata, name: '/lib/z.so' };
    const files = [
      { ...line, start: 16, end: 20, inodeLow: 15 },
      { ...line, start: 20, end: 22, inodeLow: 16 },
      { ...line, start: 22, end: 23, inodeLow: 15, name: '/lib/other' },
      { ...line, start: 30, end: 31, inodeLow: 17, name: '/lib/a.so' },
    ];
    const intervals = tile(tableOf(files), LAYOUT_64);
    const groups = groupRows(chooseRows(intervals, null, false), intervals, 'file', { column: 'size', descending: true }, null);
    const told = Array.from({ length: groups.length }, (_, g) => [groupTitle(groups, g, intervals), groups.mappedPages[g], groupTerm(groups, g, intervals)]);
    expect(told.filter(([, pages]) => pages !== 0)).toEqual([
      ['/lib/z.so (inode 15)', 5, 'dev:08:01 inode:15'],
      ['/lib/z.so (inode 16)', 2, 'dev:08:01 inode:16'],
      ['/lib/a.so', 1, 'name="/lib/a.so"'],
    ]);
    expect(findMatches(readQuery('dev:08:01 inode:15', intervals), intervals)?.reduce((a, b) => a + b, 0)).toBe(2);
  });

  it('of a use have its name, its colour and a term, what is no mapping its kind, and sort by their names', () => {
    const uses = usesOf(`
      555555554000-555555560000 rw-p [heap]
      7f0000000000-7f0000001000 rw-p
      7f0000200000-7f0000201000 r--p /lib/a.so
      7f0000201000-7f0000202000 r-xp /lib/a.so`);
    const intervals = tile(uses.table, LAYOUT_64);
    const told = (descending: boolean, of: Uses | null = uses): string[][] => {
      const sort = { column: 'use', descending } as const;
      const rows = sortRows(chooseRows(intervals, null, true), intervals, sort, null, of);
      const groups = groupRows(rows, intervals, 'use', sort, null, of);
      return Array.from({ length: groups.length }, (_, g) => [
        groupTitle(groups, g, intervals),
        String(groups.mappedPages[g]),
        groupTerm(groups, g, intervals),
        groupToken(groups, g, intervals),
      ]);
    };
    const unmapped = told(false).filter(([, pages]) => pages === '0');
    expect(unmapped.map(([, , term]) => term).sort()).toEqual(['kind:beyond', 'kind:gap', 'kind:hole', 'kind:null_trap', 'kind:unknown']);
    const heap = ['heaps', '12', 'use=heap', 'use-heap'];
    const library = ['program and libraries', '2', 'use=library', 'use-library'];
    const unknown = ['not known', '1', 'use:none', 'class-unknown'];
    expect(told(false).filter(([, pages]) => pages !== '0')).toEqual([unknown, heap, library]);
    expect(told(true).filter(([, pages]) => pages !== '0')).toEqual([library, heap, unknown]);
    expect(told(true, null).filter(([, pages]) => pages !== '0')).toEqual([['not known', '15', 'use:none', 'class-unknown']]);
  });

  it('come largest first, and open in place', () =>
    fc.assert(
      fc.property(maps, bys, (intervals, by) => {
        const rows = chooseRows(intervals, null, true);
        const groups = groupRows(rows, intervals, by, { column: 'start', descending: true }, null);
        for (let g = 1; g < groups.length; g++) expect(groups.mappedPages[g]).toBeLessThanOrEqual(groups.mappedPages[g - 1] ?? NaN);
        expect(Array.from(tableLines(rows, groups, () => false))).toEqual(Array.from({ length: groups.length }, (_, g) => ~g));
        const open = Array.from(tableLines(rows, groups, () => true));
        expect(open.filter((line) => line >= 0)).toEqual(Array.from(groups.members));
        expect(open.filter((line) => line < 0)).toEqual(Array.from({ length: groups.length }, (_, g) => ~g));
        expect(Array.from(tableLines(rows, null, () => false))).toEqual(Array.from(rows));
      }),
    ));
});
