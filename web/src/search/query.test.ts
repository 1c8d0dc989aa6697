import { EMPTY_TABLE } from '@procmap/shared/region.ts';
import { tile } from '@procmap/shared/intervals.ts';
import { HALF } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { END_PAGE_64 } from '@procmap/shared/page.ts';
import { PERM_SHARED } from '@procmap/shared/perms.ts';
import { allocateTable } from '@procmap/shared/region.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { titleOf } from '../regions/naming.ts';
import { findHits, parseQuery, readQuery } from './query.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';

/** Four mappings: code and data of a library, writable anonymous code, the heap. */
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
  return tile(table, LAYOUT_64);
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
    ['0x7f92b03f1000,all', 'terms'],
    ['0x7f92b03f1000,4,4', 'terms'],
    ['1000-2000', 'address'],
    ['1000-beef', 'address'],
    ['0x1000-2000', 'address'],
    ['7f1667eb3000-7f1667eb5000 rw-s 00000000 fe:00 2498567 /x', 'address'],
    ['7f1667eb3000-7f1667eb5000 rw-s 00000000 fe:00 2498567                    /a b-c,d', 'address'],
    ['00400000-00401000 r--p 00000000 00:00 0 ', 'address'],
    ['a-b', 'terms'],
    ['2024-01-05', 'terms'],
    ['1000-', 'terms'],
    ['1000', 'terms'],
    ['7f1667eb3000-7f1667eb5000 nonsense', 'terms'],
    ['facade', 'terms'],
    ['facade,4K', 'terms'],
    ['cafe', 'terms'],
    ['libc.so.6', 'terms'],
    ['rw-p', 'terms'],
    ['---', 'terms'],
    ['w+x', 'terms'],
    ['+x', 'terms'],
    ['p', 'terms'],
    ['s', 'terms'],
    ['P', 'terms'],
    ['ps', 'terms'],
    ['kind:heap', 'terms'],
    ['kind:nonsense', 'terms'],
    ['  ', 'none'],
  ])('takes %j for %s', (typed, type) => expect(parseQuery(typed).type).toBe(type));

  it.each([
    ['0x7f0000', null],
    ['0x7f0000,', null],
    ['0x7f0000,10', 0x10],
    ['0x7f0000,0x10', 0x10],
    ['0x7f0000, 4k', 4096],
    ['0x7f0000,2M', 2 ** 21],
    ['0x7f0000,3 GiB', 3 * 2 ** 30],
    // b is also a hex digit, and hex wins.
    ['0x7f0000,4b', 0x4b],
    ['0x7f0000,0', 0],
    ['0x7f0000-0x7f1001', 0x1001],
    ['0x7f0000-0x7f0000', 0],
    ['0x7f0000-0x7ef000', 0],
    ['7f0000-7f1000 rw-p 00000000 00:00 0', 0x1000],
    ['0x7f0000,fffffffffffffffffff', 2 ** 64],
  ])('of %j reads the length', (typed, expected) => {
    const query = parseQuery(typed);
    if (query.type !== 'address') throw new Error('no address');
    expect(query.start).toEqual({ page: 0x7f0, byte: 0 });
    expect(query.length === null ? null : query.length.page * 4096 + query.length.byte).toBe(expected);
  });

  it('takes more than 64 bits for an address beyond the end', () =>
    expect(parseQuery('0x1ffffffffffffffff')).toEqual({ type: 'address', start: { page: 2 ** 52, byte: 0 }, length: null }));

  it('never throws, whatever is typed', () =>
    fc.assert(fc.property(fc.string(), (typed) => ['none', 'address', 'terms', 'wrong'].includes(parseQuery(typed).type))));

  it('keeps every bit of an address', () =>
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (address) => {
        const query = parseQuery(`0x${address.toString(16)}`);
        if (query.type !== 'address') return /^[a-f]+$/.test(address.toString(16));
        return BigInt(query.start.page) * 4096n + BigInt(query.start.byte) === address;
      }),
    ));
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

describe('readQuery', () => {
  const names = ['', '/log/20240101', '/dev/shm/a1000-2000'];
  const bytes = new TextEncoder().encode(names.join(''));
  const table = allocateTable(2, { bytes, ends: Uint32Array.from([0, 0, 13, 32]) });
  table.start.set([0x400, 0x20240]);
  table.end.set([0x410, 0x20250]);
  table.name.set([1, 2]);
  const intervals = tile(table, LAYOUT_64);

  it('takes bare hex that is a part of a name for that, and keeps the address', () => {
    expect(readQuery('20240101', intervals)).toEqual({
      type: 'terms',
      terms: [{ negated: false, other: false, criterion: { type: 'word', text: '20240101' } }],
      address: { type: 'address', start: { page: 0x20240, byte: 0x101 }, length: null },
    });
    expect(readQuery('1000-2000', intervals)).toMatchObject({ type: 'terms', address: { length: { page: 1, byte: 0 } } });
    expect(Array.from(findHits(readQuery('20240101', intervals), intervals), (index) => intervals.row[index])).toEqual([0]);
  });

  it('says why a pasted place is not here, unless the text is part of a name', () => {
    expect(readQuery('libc.so.6+0x1d30', intervals)).toEqual({ type: 'wrong', place: 'none', problem: expect.stringMatching(/libc\.so\.6/) as string });
    const named = tile(
      tableOf([{ start: 16, end: 17, offset: 0, inodeLow: 3, inodeHigh: 0, device: 1, perms: 1, kind: Kind.file, name: '/tmp/a+0x10' }]),
      LAYOUT_64,
    );
    expect(readQuery('a+0x10', named)).toEqual(parseQuery('a+0x10'));
  });

  it('leaves everything else as it is', () => {
    for (const typed of ['0x20240101', '20240102', '20240101,10', '0x1000-0x2000', '20240101.', ''])
      expect(readQuery(typed, intervals)).toEqual(parseQuery(typed));
    expect(readQuery('20240101', null)).toEqual(parseQuery('20240101'));
  });
});

describe('summarise', () => {
  it('counts mapped and unmapped pages; together they are the whole user half', () => {
    const summary = summarise(sample());
    expect(summary).toMatchObject({ mappings: 4, mappedPages: 17, writeExec: 1, noAccess: 0 });
    // The NULL trap page is neither.
    expect(summary.mappedPages + summary.sparsePages + 1).toBe(summary.userPages);
    expect(summary.kinds.reduce((sum, total) => sum + total.pages, 0)).toBe(END_PAGE_64);
  });

  it('knows an empty process', () => expect(summarise(tile(EMPTY_TABLE, LAYOUT_64))).toMatchObject({ mappings: 0, mappedPages: 0, sparseRegions: 1 }));
});

describe('the kernel half', () => {
  const intervals = tile(EMPTY_TABLE, LAYOUT_64, rangeParts(HALF, LAYOUT_64));
  const found = (text: string): string[] => Array.from(findHits(readQuery(text, intervals), intervals), (i) => titleOf(intervals, i));

  it.each([
    ['e1000', ['e1000', 'e1000', 'e1000']],
    ['guard', ['guard hole']],
    ['w+x', ['e1000']],
    // The last page of text is in a large page whose rest belongs to the window.
    ['r-x', ['e1000', 'kernel image window', 'text']],
    ['---', []],
    ['kind:kernel_text', ['text']],
    ['kind:vmalloc', ['vmalloc', 'vmalloc']],
    ['kind:module', ['e1000', 'e1000', 'e1000']],
    ['kind:system ram', ['System RAM', 'System RAM']],
    // Parts of a region belong to it.
    ['direct map', ['System RAM', 'System RAM']],
    // Only mappings are private or shared.
    ['p', []],
    ['r-xp', []],
  ])('is found by %s: its regions by name, its pages by their permissions', (text, names) => expect(found(text)).toEqual(names));
});
