import { tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64, tableOf } from '@procmap/shared/table.fixture.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { findHits, findMatches, readQuery } from './query.ts';

describe('words', () => {
  const intervals = tile(
    tableOf([
      { start: 16, end: 20, offset: 0, inodeLow: 1, inodeHigh: 0, device: 0, perms: 5, kind: 4, name: '/lib/libc.so.6' },
      { start: 20, end: 24, offset: 0, inodeLow: 1, inodeHigh: 0, device: 0, perms: 3, kind: 6, name: '/lib/libc.so.6' },
      { start: 30, end: 31, offset: 0, inodeLow: 2, inodeHigh: 0, device: 0, perms: 1, kind: 9, name: '/log/my 2024-01 file (deleted)' },
      { start: 40, end: 41, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: 10, name: '' },
      { start: 50, end: 51, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, kind: 11, name: 'memfd:x,y' },
    ]),
    LAYOUT_64,
  );
  const jit = { end: 0, offset: 0, inodeLow: 1, inodeHigh: 0, device: 1, perms: 11, kind: 11, name: '/memfd:jit' };
  const twice = tile(
    tableOf(
      [
        { ...jit, start: 16 },
        { ...jit, start: 18, perms: 13 },
        { ...jit, start: 20, inodeLow: 2 },
        { ...jit, start: 22, inodeLow: 2 },
        { ...jit, start: 24, inodeLow: 3 },
      ].map((line) => ({ ...line, end: line.start + 1 })),
    ),
    LAYOUT_64,
  );
  const rows = (typed: string): number[] => Array.from(findHits(readQuery(typed, intervals), intervals), (i) => intervals.row[i] ?? -1);

  it.each([
    ['libc r-x', [0]],
    ['libc -r-x', [1]],
    ['-libc perm:r', [4, 3, 2]],
    ['anon', [3]],
    ['2024-01', [2]],
    // First the whole text as a part of a name, then word by word.
    ['my 2024-01', [2]],
    ['2024-01 my', [2]],
    ['"2024-01 my"', []],
    ['memfd:x,y', [4]],
    ['name:"x,y"', [4]],
    ['name:libc,memfd', [4, 1, 0]],
    ['file:LIBC', [1, 0]],
    ['name=LIBC', []],
    ['deleted:yes', [2]],
    ['deleted:no', [4, 3, 1, 0]],
    ['0x10000-0x15000 perm:w', [1]],
    ['0x14abc', []],
    ['0x14abc rw-', [1]],
    ['size:4pages perm:x', [0]],
    ['size>=1.5K size<2pages -name="" perm:r', [4, 2]],
  ])('find by %j', (typed, expected) => expect(rows(typed)).toEqual(expected));

  it.each([
    ['views:yes', [3, 2, 1, 0]],
    ['views:no', [4]],
    ['views:w+x', [1, 0]],
    ['-views:w+x perm:w kind:shmem', [4, 3, 2]],
    ['views:no,w+x', [4, 1, 0]],
    ['views!=yes', [4]],
  ])('find memory that is mapped more than once by %j', (typed, expected) =>
    expect(Array.from(findHits(readQuery(typed, twice), twice), (i) => twice.row[i] ?? -1)).toEqual(expected),
  );

  it.each([
    ['foo:bar', /no field “foo”/],
    ['libc siez>1', /no field “siez”/],
    ['kind>heap', /“kind” takes : or = or !=/],
    ['kind:', /A value is missing after “kind:”/],
    ['size>lots', /lots is not a value of “size”.*size>1M/],
    ['size>1M,2M', /takes one value/],
    ['kind:haep', /No kind is called “haep”/],
    ['perm:q', /“perm”/],
    ['resident<500%', /“resident”/],
    ['inode:99999999999999999999', /“inode”/],
    ['dev:zz', /“dev”/],
    ['flag:abc', /“flag”/],
    ['deleted:maybe', /“deleted”/],
    ['views:3', /“views”.*views:yes/],
    ['type:constructor', /“type”/],
  ])('say of %j what to write, and find nothing', (typed, problem) => {
    const query = readQuery(typed, intervals);
    expect(query).toMatchObject({ type: 'wrong', problem: expect.stringMatching(problem) as string });
    expect(rows(typed)).toEqual([]);
    expect(findMatches(query, intervals)).toHaveLength(intervals.length);
  });

  it('are never too much, whatever is typed', () => {
    const pieces = fc.array(
      fc.constantFrom('kind:', 'size', '>', '=', '"', '\\', '-', '!', ' ', ',', '0x', 'f00', '%', 'perm:', 'w', 'é', '__proto__', 'constructor:'),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          pieces.map((parts) => parts.join('')),
        ),
        (typed) => {
          for (const figures of [null, sampleFigures(intervals)]) findHits(readQuery(typed, intervals), intervals, figures);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
