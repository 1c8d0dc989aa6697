import { isFilled } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { type Claim, Uses } from '@procmap/shared/use/uses.ts';
import { NO_USE, USES, Use } from '@procmap/shared/use/use-list.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildHierarchy } from './hierarchy.ts';
import { intervalsOf, librariesMap, manyMappings, nodeMap } from './maps.fixture.ts';
import { withUses } from './run-uses.ts';
import { runAt } from './runs.ts';

const maps = [intervalsOf(nodeMap()), intervalsOf(librariesMap(30)), manyMappings(400, true), intervalsOf([])];
const claims: Claim[] = USES.map((use) => ({ use, certainty: 'seen', of: '', evidence: '' }));
/** For each row a claim, or -1. */
const claimsOf = (length: number) => fc.array(fc.integer({ min: -1, max: claims.length - 1 }), { minLength: length, maxLength: length });

describe('runs by use', () => {
  it.each(maps.map((intervals) => [intervals.table.length, intervals]))('divide runs, and move nothing: %i mappings', (length, intervals) => {
    const hierarchy = buildHierarchy(intervals, { show: 'user' });
    fc.assert(
      fc.property(claimsOf(length), (claimOf) => {
        const uses = new Uses(intervals.table, claims, Int32Array.from(claimOf), new Map());
        const told = withUses(hierarchy, uses, null);
        expect(told.axis).toBe(hierarchy.axis);
        const { runs, clusters, shelves } = told;
        for (let i = 0; i < intervals.length; i++)
          if (isFilled(intervals, i) && runAt(runs, i) >= 0 !== runAt(hierarchy.runs, i) >= 0) throw new Error(`interval ${i} is in no run`);
        let mappings = 0;
        for (let r = 0; r < runs.length; r++) {
          mappings += runs.mappings[r] ?? 0;
          expect(runs.first[r]).toBeGreaterThanOrEqual(runs.end[r - 1] ?? 0);
          expect(isFilled(intervals, runs.first[r] ?? 0) && isFilled(intervals, (runs.end[r] ?? 0) - 1)).toBe(true);
          // Within a run of before, or of several that touch each other.
          const [from, to] = [runAt(hierarchy.runs, runs.first[r] ?? 0), runAt(hierarchy.runs, (runs.end[r] ?? 0) - 1)];
          for (let each = from; each < to; each++) expect(hierarchy.runs.end[each]).toBe(hierarchy.runs.first[each + 1]);
          if (told.uses?.use[r] === NO_USE) expect(from).toBe(to);
          expect(told.uses?.count[r]).toBeLessThanOrEqual(runs.mappings[r] ?? 0);
        }
        expect(mappings).toBe(hierarchy.runs.mappings.reduce((sum, each) => sum + each, 0));
        for (let c = 0; c < clusters.length; c++) {
          const [from, to] = [clusters.firstRun[c] ?? 0, clusters.endRun[c] ?? 0];
          if (to > from) expect([runs.first[from], runs.end[to - 1]]).toEqual([clusters.first[c], clusters.end[c]]);
        }
        for (let s = 0; s < shelves.length; s++)
          expect([runs.first[shelves.firstRun[s] ?? -1], runs.end[(shelves.endRun[s] ?? 0) - 1]]).toEqual([shelves.first[s], shelves.end[s]]);
      }),
      { numRuns: 8 },
    );
  });

  it('keep a stack with its guard, and an arena with its closed rest; both count once', () => {
    const lines = [0, 1, 2, 3].flatMap((k) => [
      { start: 1000 + 100 * k, end: 1001 + 100 * k, perms: 0 },
      { start: 1001 + 100 * k, end: 1100 + 100 * k },
    ]);
    const intervals = intervalsOf([...lines, { start: 1500, end: 1600 }, { start: 1600, end: 1700, perms: 0 }, { start: 1700, end: 1710, perms: 0 }]);
    const words = [...Array.from({ length: 4 }, () => ['stack_guard', 'thread_stack'] as const).flat(), 'malloc_arena', 'malloc_arena', 'reserve'] as const;
    const uses = new Uses(
      intervals.table,
      claims,
      Int32Array.from(words, (word) => Use[word]),
      new Map(),
    );
    const inMemory = Float64Array.from({ length: intervals.length }, (_, i) => i);
    const { runs, uses: told } = withUses(buildHierarchy(intervals, { show: 'user' }), uses, inMemory);
    expect(Array.from(runs.mappings)).toEqual([8, 3]);
    expect(Array.from(told?.use ?? [], (use) => USES[use])).toEqual(['thread_stack', 'malloc_arena']);
    expect(Array.from(told?.count ?? [])).toEqual([4, 1]);
    const [first = 0, end = 0] = [runs.first[0], runs.end[0]];
    expect((told?.inMemorySums?.[end] ?? 0) - (told?.inMemorySums?.[first] ?? 0)).toBe(inMemory.slice(first, end).reduce((sum, each) => sum + each, 0));
  });

  it('join the pieces of one thing that have different names, but not across a gap', () => {
    const pieces = [
      { start: 1000, end: 1500 },
      { start: 1500, end: 1600, name: '/lib/classes.jsa' },
      { start: 1600, end: 1700 },
      { start: 1700, end: 1800, name: '/lib/other' },
      { start: 1800, end: 1900 },
      { start: 1901, end: 1999, name: '/lib/classes.jsa' },
    ];
    const intervals = intervalsOf(pieces);
    const words = ['gc_heap', 'gc_heap', 'gc_heap', 'file', 'gc_heap', 'gc_heap'] as const;
    const of = Int32Array.from(words, (word) => Use[word]);
    const { runs } = withUses(buildHierarchy(intervals, { show: 'user' }), new Uses(intervals.table, claims, of, new Map()), null);
    expect(Array.from(runs.mappings)).toEqual([3, 1, 1, 1]);
    expect(runs.mappedPages[0]).toBe(700);
  });

  it('join stacks to which a program gave names with numbers, and leave [stack] its name', () => {
    const stacks = [1, 2, 3].map((k) => ({ start: 1000 * k, end: 1000 * (k + 1), name: `[anon:stack_and_tls:${k}]` }));
    const intervals = intervalsOf([...stacks, { start: 4000, end: 4100, name: '[stack]', kind: Kind.stack }]);
    const of = new Int32Array(4).fill(Use.thread_stack);
    const { runs, uses } = withUses(buildHierarchy(intervals, { show: 'user' }), new Uses(intervals.table, claims, of, new Map()), null);
    expect(Array.from(runs.mappings)).toEqual([3, 1]);
    expect(Array.from(uses?.use ?? [])).toEqual([Use.thread_stack, NO_USE]);
    expect(uses?.count[0]).toBe(3);
  });
});
