import fc from 'fast-check';
import { expect, it } from 'vitest';
import { summarise } from '../figures/summary.ts';
import { tile } from '../intervals.ts';
import { Kind } from '../kind.ts';
import { ANON_LINE, LAYOUT_64, tableOf, tables } from '@procmap/shared/table.fixture.ts';
import type { ThreadEvidence } from './evidence.ts';
import { identify } from './rules/identify.ts';
import { usesOf } from './rules/map-text.fixture.ts';
import { type Claim, Uses } from './uses.ts';
import { mappedByUse } from './mapped-by-use.ts';

function mapped(uses: Uses): Record<string, number> {
  return Object.fromEntries(Array.from(mappedByUse(uses, LAYOUT_64), ([use, pages]) => [use ?? '-', pages]));
}

it('counts the pages of each use, and of what has none', () => {
  const uses = usesOf(`
    550000000000-550000010000 r-xp /bin/a
    550000100000-550000121000 rw-p [heap]
    7f0010000000-7f0010100000 rw-p ; rd wr ac`);
  expect(mapped(uses)).toEqual({ library: 0x10, heap: 0x21, '-': 0x100 });
});

it('counts parts of a mapping by their own use', () => {
  const threads: ThreadEvidence = {
    threads: [
      { tid: 1, comm: 'a', stackPage: 0x7f0000020 },
      { tid: 2, comm: 'b', stackPage: 0x7f0000050 },
    ],
    guards: [
      { start: 0x7f0000010, end: 0x7f0000011 },
      { start: 0x7f0000040, end: 0x7f0000041 },
    ],
    left: 0,
    denied: '',
  };
  const uses = usesOf('7f0000010000-7f0000081000 rw-p', { threads, flags: null });
  expect(uses.parts(0).length).toBeGreaterThan(2);
  expect(mapped(uses)).toEqual({ thread_stack: 0x71 - 2, stack_guard: 2 });
});

it('does not count vsyscall, which belongs to no process', () => {
  const vsyscall = { ...ANON_LINE, start: 2 ** 52 - 2560, end: 2 ** 52 - 2559, kind: Kind.vsyscall, name: '[vsyscall]' };
  const table = tableOf([ANON_LINE, vsyscall]);
  expect(mapped(identify(table, { flags: null, threads: null, objects: null, commandLine: '' }))).toEqual({ '-': 3 });
});

const claims: readonly (Claim | null)[] = [
  null,
  { use: 'heap', certainty: 'told', of: '', evidence: '' },
  { use: 'thread_stack', certainty: 'seen', of: 'a 1', evidence: '' },
];

/** The use of a row, and where it is cut into parts, if it is. */
const fate = fc.record({ claim: fc.nat({ max: claims.length - 1 }), cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })) });
const MAX_ROWS = 24;

it('adds up to the mapped address space, whatever the uses and parts are', () =>
  fc.assert(
    fc.property(tables, fc.array(fate, { minLength: MAX_ROWS, maxLength: MAX_ROWS }), (table, fates) => {
      const claimOf = new Int32Array(table.length).fill(-1);
      const parts = new Map<number, { start: number; end: number; claim: Claim | null }[]>();
      fates.slice(0, table.length).forEach(({ claim, cut }, row) => {
        claimOf[row] = claim - 1;
        const [start, end] = [table.start[row] ?? 0, table.end[row] ?? 0];
        const at = start + Math.floor((cut ?? 0) * (end - start));
        if (at > start && at < end)
          parts.set(row, [
            { start, end: at, claim: claims[claim] ?? null },
            { start: at, end, claim: null },
          ]);
      });
      const uses = new Uses(
        table,
        claims.filter((claim) => claim !== null),
        claimOf,
        parts,
      );
      const sum = [...mappedByUse(uses, LAYOUT_64).values()].reduce((total, pages) => total + pages, 0);
      expect(table.length).toBeLessThanOrEqual(MAX_ROWS);
      expect(sum).toBe(summarise(tile(table, LAYOUT_64)).mappedPages);
    }),
  ));
