import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { PERM_SHARED } from '@procmap/shared/perms.ts';
import { allocateTable } from '@procmap/shared/region.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findHits, parseQuery } from './query.ts';
import { summarise } from '@procmap/shared/summary.ts';

const layout = {
  bits: 64,
  processBits: 64,
  taskEnd: 0x7ffffffff,
  userEnd: 0x800000000,
  kernelStart: END_PAGE_64 - 0x800000000,
  end: END_PAGE_64,
  pagingLevels: 4,
} as const;

/** Four mappings: code and data of a library, an anonymous one that is writable code, the heap. */
function sample() {
  const names = ['', '/usr/lib/libc.so.6', '[heap]'];
  const bytes = new TextEncoder().encode(names.join(''));
  const ends = Uint32Array.from([0, 0, 18, 24]);
  const table = allocateTable(4, { bytes, ends });
  table.start.set([16, 100, 110, 200]);
  table.end.set([20, 110, 112, 201]);
  table.perms.set([3 | PERM_SHARED, 5, 3, 7]);
  table.name.set([2, 1, 1, 0]);
  table.kind.set([Kind.heap, Kind.text, Kind.data, Kind.anon]);
  return tile(table, layout);
}

describe('parseQuery', () => {
  it.each([
    ['0x7f00', 'address'],
    ['7f92b03f1000', 'address'],
    ['7f92b03f1000-7f92b03f5000', 'address'],
    ['ffffffffff600000', 'address'],
    ['7f92b03f1000,', 'address'],
    ['7f92b03f1000,1000', 'address'],
    ['0x7f92b03f1000 , 4K', 'address'],
    ['0x7f92b03f1000,all', 'text'],
    ['0x7f92b03f1000,4,4', 'text'],
    ['facade', 'text'],
    ['facade,4K', 'text'],
    ['cafe', 'text'],
    ['libc.so.6', 'text'],
    ['rw-p', 'perms'],
    ['---', 'perms'],
    ['w+x', 'perms'],
    ['+x', 'perms'],
    ['p', 'perms'],
    ['s', 'perms'],
    ['P', 'perms'],
    ['ps', 'text'],
    ['kind:heap', 'kind'],
    ['kind:nonsense', 'text'],
    ['  ', 'none'],
  ])('takes %j for %s', (typed, type) => {
    expect(parseQuery(typed).type).toBe(type);
  });

  it.each([
    ['0x7f0000', null],
    ['0x7f0000,', null],
    ['0x7f0000,10', 0x10],
    ['0x7f0000,0x10', 0x10],
    ['0x7f0000, 4k', 4096],
    ['0x7f0000,2M', 2 ** 21],
    ['0x7f0000,3 GiB', 3 * 2 ** 30],
    // A hex digit too, and hex it is.
    ['0x7f0000,4b', 0x4b],
    ['0x7f0000,0', 0],
    ['0x7f0000-0x7f1001', 0x1001],
    ['0x7f0000-0x7f0000', 0],
    ['0x7f0000-0x7ef000', 0],
    ['0x7f0000,fffffffffffffffffff', 2 ** 64],
  ])('of %j reads the length', (typed, expected) => {
    const query = parseQuery(typed);
    if (query.type !== 'address') throw new Error('no address');
    expect(query.start).toEqual({ page: 0x7f0, byte: 0 });
    expect(query.length === null ? null : query.length.page * 4096 + query.length.byte).toBe(expected);
  });

  it('takes more than 64 bits for an address beyond the end', () => {
    expect(parseQuery('0x1ffffffffffffffff')).toEqual({ type: 'address', start: { page: 2 ** 52, byte: 0 }, length: null });
  });

  it('never throws, whatever is typed', () => {
    fc.assert(fc.property(fc.string(), (typed) => ['none', 'address', 'perms', 'kind', 'text'].includes(parseQuery(typed).type)));
  });

  it('keeps every bit of an address', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (address) => {
        const query = parseQuery(`0x${address.toString(16)}`);
        if (query.type !== 'address') return /^[a-f]+$/.test(address.toString(16));
        return BigInt(query.start.page) * 4096n + BigInt(query.start.byte) === address;
      }),
    );
  });
});

describe('findHits', () => {
  const intervals = sample();
  const rowsOf = (typed: string): number[] => Array.from(findHits(parseQuery(typed), intervals), (index) => intervals.row[index] ?? -1);

  it('finds by name, permissions and kind, highest address first', () => {
    expect(rowsOf('LIBC')).toEqual([2, 1]);
    expect(rowsOf('w+x')).toEqual([3]);
    expect(rowsOf('rw-')).toEqual([2, 0]);
    expect(rowsOf('+x')).toEqual([3, 1]);
    expect(rowsOf('kind:heap')).toEqual([0]);
    expect(rowsOf('anon')).toEqual([3]);
    expect(rowsOf('p')).toEqual([3, 2, 1]);
    expect(rowsOf('s')).toEqual([0]);
    expect(rowsOf('nothing like it')).toEqual([]);
    expect(rowsOf('')).toEqual([]);
  });
});

describe('summarise', () => {
  it('counts what is mapped and what is not; together they are the whole user VAS', () => {
    const summary = summarise(sample());
    expect(summary).toMatchObject({ mappings: 4, mappedPages: 17, writeExec: 1, noAccess: 0 });
    // The NULL trap page is neither.
    expect(summary.mappedPages + summary.sparsePages + 1).toBe(summary.userPages);
    expect(summary.kinds.reduce((sum, total) => sum + total.pages, 0)).toBe(END_PAGE_64);
  });

  it('knows an empty process', () => {
    expect(summarise(tile(EMPTY_TABLE, layout))).toMatchObject({ mappings: 0, mappedPages: 0, sparseRegions: 1 });
  });
});
