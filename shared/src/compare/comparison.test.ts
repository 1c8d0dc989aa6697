import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Kind } from '../kind.ts';
import type { MappingTable } from '../region.ts';
import { ANON_LINE, LAYOUT_64, tableOf, tablePairs, TEXT_LINE } from '../table.fixture.ts';
import { identify } from '../use/rules/identify.ts';
import { compare } from './comparison.ts';
import type { Side } from './compare.ts';
import { comparisonSentences } from './sentence.ts';

function sideOf(table: MappingTable): Side {
  return { table, layout: LAYOUT_64, uses: identify(table, { flags: null, threads: null, objects: null, commandLine: '' }) };
}

const HEAP = { ...ANON_LINE, start: 0x500, end: 0x600, kind: Kind.heap, name: '[heap]' };
const BEFORE = sideOf(tableOf([TEXT_LINE, HEAP, { ...ANON_LINE, start: 0x7000, end: 0x7010 }]));
const AFTER = sideOf(
  tableOf([
    { ...TEXT_LINE, perms: 1 },
    { ...HEAP, end: 0x700 },
    { ...ANON_LINE, start: 0x9000, end: 0x9008 },
  ]),
);

describe('a comparison', () => {
  it('has the sums of both maps, what changed most first', () => {
    const { uses, files, mapped, counts, isSame } = compare(BEFORE, AFTER, 'address');
    expect(isSame).toBe(false);
    expect(uses).toEqual([
      { name: 'heaps', use: 'heap', first: 256, second: 512 },
      { name: 'memory of unknown use', use: null, first: 16, second: 8 },
    ]);
    expect(files).toEqual([{ name: '[heap]', use: null, first: 256, second: 512 }]);
    expect([mapped.first, mapped.second]).toEqual([275, 523]);
    expect(counts).toMatchObject({
      grown: { ranges: 1, pages: 256 },
      new: { ranges: 1, pages: 8 },
      gone: { ranges: 1, pages: 16 },
      perms: { ranges: 1, pages: 3 },
    });
  });

  it('has each page of both maps once, whether it compares by address or by what lies there', () =>
    fc.assert(
      fc.property(tablePairs, fc.constantFrom('address' as const, 'content' as const), ([a, b], by) => {
        const pages = (table: MappingTable): number => table.end.reduce((sum, end, row) => sum + end - (table.start[row] ?? 0), 0);
        const { ranges } = compare(sideOf(a), sideOf(b), by);
        const of = (side: 'first' | 'second'): number => ranges.reduce((sum, range) => sum + (range[side] >= 0 ? range.end - range.start : 0), 0);
        expect([of('first'), of('second')]).toEqual([pages(a), pages(b)]);
      }),
    ));

  it('is told in words, with rates of one process alone', () => {
    const changed = compare(BEFORE, AFTER, 'address');
    expect(comparisonSentences(changed, 10)).toEqual([
      'In 10.0 s, +992 KB mapped: heaps +1 MB (102 KB/s), memory of unknown use -32 KB (3.2 KB/s).',
      'Parts of mappings: 1 new (32 KB), 1 gone (64 KB), 1 grown (1 MB), 1 of other permissions (12 KB); 1 MB are the same.',
    ]);
    expect(comparisonSentences(changed, null)[0]).toBe('+992 KB mapped: heaps +1 MB, memory of unknown use -32 KB.');
    expect(comparisonSentences(compare(BEFORE, BEFORE, 'address'), 10)).toEqual(['The same: 3 mappings, 1.07 MB.']);
  });
});
