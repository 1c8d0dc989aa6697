import { type Intervals, isFilled, spaceOf, tile } from '@procmap/shared/intervals.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { HALF, halvesIn } from '@procmap/shared/kernel-half.fixture.ts';
import { rangeParts } from '@procmap/shared/kernel-parts.ts';
import { kindName } from '@procmap/shared/kind.ts';
import type { MappingFigures } from '@procmap/shared/figures/mapping-figures.ts';
import { permsText, typeText } from '@procmap/shared/perms.ts';
import { deviceText, inodeText } from '@procmap/shared/region.ts';
import { hasHalves, isOfHalf, LAYOUT_64, linesIn, tableOf } from '@procmap/shared/table.fixture.ts';
import { shownName } from '@procmap/shared/text/shown-name.ts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SHOWS, shownIntervals } from '../axis/hierarchy.ts';
import { classesByResidency } from '../colour/by-residency.ts';
import { unmappedClass } from '../colour/classes.ts';
import { sampleFigures } from '../figures/figures.fixture.ts';
import { findHits, findMatches, missingFor, parseQuery, readQuery } from './query.ts';
import { hitsOf } from './query-match.ts';
import { regionAround } from './query-region.ts';

const maps: fc.Arbitrary<Intervals> = fc
  .tuple(linesIn(LAYOUT_64).map(tableOf), fc.oneof(fc.constant(HALF), halvesIn(LAYOUT_64)))
  .map(([table, half]) => tile(table, LAYOUT_64, rangeParts(half, LAYOUT_64)));

/** The properties of a row, spelled out; undefined for those that it does not have. */
function plain(intervals: Intervals, i: number, figures: MappingFigures | null) {
  const { table, bounds } = intervals;
  const row = intervals.row[i] ?? -1;
  const bytes = (page: number | undefined): bigint => BigInt(page ?? 0) * 4096n;
  const size = bytes((bounds[i + 1] ?? 0) - (bounds[i] ?? 0));
  const at = figures === null ? -1 : figures.start.findIndex((start, f) => row >= 0 && start === bounds[i] && (figures.end[f] ?? 0) <= (bounds[i + 1] ?? 0));
  /** The maximum for the part that was not read. */
  const spare = figures === null || at < 0 ? 0n : bytes((bounds[i + 1] ?? 0) - (figures.end[at] ?? 0));
  const between = (kb: number): Between => ({ least: BigInt(kb) * 1024n, most: BigInt(kb) * 1024n + spare });
  const isPages = row >= 0 || (intervals.kernel.range[intervals.part[i] ?? -1] ?? -1) >= 0;
  const perms = row >= 0 ? (table.perms[row] ?? 0) : (intervals.kernel.perms[intervals.part[i] ?? -1] ?? 0);
  return {
    size,
    start: bytes(bounds[i]),
    end: bytes(bounds[i + 1]),
    space: spaceOf(intervals, i),
    kind: kindName(intervals.kind[i] ?? 0),
    perms: isPages ? permsText(perms) : undefined,
    type: row >= 0 ? typeText(table.perms[row] ?? 0) : undefined,
    name: row >= 0 ? shownName(table.names, table.name[row] ?? 0) : undefined,
    offset: row >= 0 ? bytes(table.offset[row]) : undefined,
    inode: row >= 0 ? BigInt(inodeText(table, row)) : undefined,
    dev: row >= 0 ? deviceText(table, row) : undefined,
    rss: at >= 0 && figures !== null ? between(figures.rss[at] ?? 0) : undefined,
    dirty: at >= 0 && figures !== null ? between((figures.privateDirty[at] ?? 0) + (figures.sharedDirty[at] ?? 0)) : undefined,
    resident:
      at >= 0 && figures !== null
        ? { least: (100 * (figures.rss[at] ?? 0) * 1024) / Number(size), most: (100 * ((figures.rss[at] ?? 0) * 1024 + Number(spare))) / Number(size) }
        : undefined,
    // An empty set of flags means that they are unknown.
    flags: at >= 0 && figures !== null ? figures.flagSets[figures.flagSet[at] ?? 0]?.match(/\w+/g)?.map(String) : undefined,
  };
}

interface Between {
  readonly least: bigint;
  readonly most: bigint;
}

type Plain = ReturnType<typeof plain>;

const compare: Readonly<Record<string, (a: bigint | number, b: bigint | number) => boolean>> = {
  ':': (a, b) => a === b,
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

/** A term as typed, and its meaning as a plain function. */
type Law = readonly [typed: string, isSo: (row: Plain) => boolean];

const amounts: fc.Arbitrary<Law> = fc
  .tuple(
    fc.constantFrom('size', 'start', 'end', 'offset', 'inode', 'rss', 'dirty'),
    fc.constantFrom(...Object.keys(compare)),
    fc.oneof(
      fc.bigInt({ min: 0n, max: 64n }).map((pages) => pages * 4096n),
      fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
      fc.constantFrom(0n, 4096n, 2n ** 16n),
    ),
  )
  .map(([field, operator, amount]): Law => {
    const hex = field === 'start' || field === 'end';
    return [
      `${field}${operator}${hex ? `0x${amount.toString(16)}` : amount.toString()}`,
      (row) => {
        const value = row[field as 'size' | 'rss'];
        if (value === undefined) return false;
        const { least, most } = typeof value === 'bigint' ? { least: value, most: value } : value;
        // Only certain matches are found.
        if (operator === ':' || operator === '=') return least === amount && most === amount;
        if (operator === '!=') return least > amount || most < amount;
        return compare[operator]?.(least, amount) === true && compare[operator](most, amount);
      },
    ];
  });

const words: fc.Arbitrary<Law> = fc.constantFrom<Law>(
  ['perm:w', ({ perms }) => perms?.includes('w') === true],
  ['perm:r-x', ({ perms }) => perms === 'r-x'],
  ['perm=rw', ({ perms }) => perms === 'rw-'],
  ['perm!=rw', ({ perms }) => perms !== undefined && perms !== 'rw-'],
  ['perm:w+x', ({ perms }) => perms?.endsWith('wx') === true],
  ['perm:none,rwx', ({ perms }) => perms === '---' || perms === 'rwx'],
  ['rw-s', ({ perms, type }) => perms === 'rw-' && type === 's'],
  ['perm:r-xp', ({ perms, type }) => perms === 'r-x' && type === 'p'],
  ['type:s', ({ type }) => type === 's'],
  ['type!=s', ({ type }) => type === 'p'],
  ['space:none,kernel', ({ space }) => space !== 'user'],
  ['kind:heap,gap', ({ kind }) => kind === 'heap' || kind === 'gap'],
  ['kind!=gap', ({ kind }) => kind !== 'gap'],
  ['name=""', ({ name }) => name === ''],
  ['name="/lib/libc.so.6"', ({ name }) => name === '/lib/libc.so.6'],
  ['dev:0:0', ({ dev }) => dev === '00:00'],
  ['flag:io,wr', ({ flags }) => flags?.some((flag) => flag === 'io' || flag === 'wr') === true],
  ['flag!=io', ({ flags }) => flags?.includes('io') === false],
  ['resident<50%', ({ resident }) => resident !== undefined && resident.most < 50],
  ['resident>=25 resident<=75', ({ resident }) => resident !== undefined && resident.least >= 25 && resident.most <= 75],
);

describe('terms', () => {
  it('find what a look at each row finds, alone, negated and together', () => {
    const law = fc.tuple(fc.oneof(amounts, words), fc.constantFrom('', '', '-', '!'));
    fc.assert(
      fc.property(maps, fc.array(law, { minLength: 1, maxLength: 3 }), (intervals, laws) => {
        const figures = sampleFigures(intervals);
        // A sign applies to one term; two typed together only occur in this test.
        const signed = laws.map(([[typed, isSo], sign]) =>
          typed.includes(' ') ? ([typed, isSo, false] as const) : ([sign + typed, isSo, sign !== ''] as const),
        );
        const typed = signed.map(([text]) => text).join(' ');
        const matches = findMatches(readQuery(typed, intervals), intervals, figures);
        const expected = Array.from({ length: intervals.length }, (_, i) => {
          const row = plain(intervals, i, figures);
          return signed.every(([, isSo, negated]) => isSo(row) !== negated) ? 1 : 0;
        });
        expect(Array.from(matches ?? []), typed).toEqual(expected);
      }),
      { numRuns: 600 },
    );
  });

  it('for steps of residency find exactly the regions painted like that', () => {
    fc.assert(
      fc.property(maps, (intervals) => {
        const figures = sampleFigures(intervals);
        const { of, list } = classesByResidency(intervals, figures);
        for (const [at, each] of list.entries()) {
          if (each?.id.startsWith('resident') !== true || each.term === '') continue;
          const matches = findMatches(readQuery(each.term, intervals), intervals, figures);
          // These maps have all kinds, including unmapped ones.
          for (const [i, is] of of.entries()) if (unmappedClass(intervals.kind[i] ?? 0) < 0) expect(matches?.[i], each.term).toBe(is === at ? 1 : 0);
        }
      }),
    );
  });

  it('give their hits by descending address, each once', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom('perm:r', 'size>4K', '-kind:gap', 'a', 'space:user'), (intervals, typed) => {
        const query = readQuery(typed, intervals);
        const hits = Array.from(findHits(query, intervals));
        expect(hits).toEqual(
          Array.from(findMatches(query, intervals) ?? [])
            .flatMap((match, i) => (match === 1 ? [i] : []))
            .reverse(),
        );
      }),
    ));

  it('find in a half the same hits as in the whole, if they are there', () =>
    fc.assert(
      fc.property(maps, fc.constantFrom('perm:r', 'size>4K', '-kind:gap', 'space:user', 'space:none'), fc.constantFrom(...SHOWS), (intervals, typed, show) => {
        const matches = findMatches(readQuery(typed, intervals), intervals) ?? new Uint8Array();
        fc.pre(hasHalves(intervals));
        const isShown = (i: number): boolean => isOfHalf(intervals, i, show);
        expect(Array.from(hitsOf(matches, shownIntervals(intervals, show)))).toEqual(Array.from(hitsOf(matches)).filter(isShown));
      }),
    ));

  it('about figures find nothing, negated or not, and say so, until there are some', () => {
    fc.assert(
      fc.property(maps, fc.constantFrom('rss>0', '-rss>0', 'size>0 resident<50%', 'flag:wr'), (intervals, typed) => {
        const query = readQuery(typed, intervals);
        expect(findHits(query, intervals)).toHaveLength(0);
        expect(missingFor(query, null)).toMatch(/have not been read yet/);
        expect(missingFor(query, sampleFigures(intervals))).toBe('');
      }),
      { numRuns: 20 },
    );
    expect(missingFor(parseQuery('size>1M'), null)).toBe('');
  });
});

it('memory that never had a path is not found as deleted', () => {
  const line = { offset: 0, inodeLow: 3, inodeHigh: 0, device: 1, perms: 3 };
  const intervals = tile(
    tableOf([
      { ...line, start: 16, end: 17, kind: Kind.shmem, name: '/memfd:z (deleted)' },
      { ...line, start: 17, end: 18, kind: Kind.device, name: '/[aio] (deleted)' },
      { ...line, start: 18, end: 19, kind: Kind.text, name: '/lib/z.so (deleted)' },
      { ...line, start: 19, end: 20, kind: Kind.shmem, name: '/dev/shm/z (deleted)' },
    ]),
    LAYOUT_64,
  );
  const rows = (typed: string): number[] => Array.from(findHits(readQuery(typed, intervals), intervals), (i) => intervals.row[i] ?? -1);
  expect([rows('deleted:yes'), rows('deleted:no')]).toEqual([
    [3, 2],
    [1, 0],
  ]);
});

describe('a region of the kernel', () => {
  const intervals = tile(tableOf([]), LAYOUT_64, rangeParts(HALF, LAYOUT_64));

  it('is the whole that is meant where its pieces are found by name', () => {
    const around = (typed: string): unknown[] => {
      const query = parseQuery(typed);
      if (query.type !== 'terms') throw new Error('no terms');
      return Array.from(findHits(query, intervals), (i) => regionAround(query.terms, intervals, i));
    };
    const e1000 = { startPage: Number(0xffffffffc0401n), endPage: Number(0xffffffffc0406n) };
    expect(around('e1000')).toEqual([e1000, e1000, e1000]);
    expect(around('kind:module')).toEqual([e1000, e1000, e1000]);
    // A single piece that covers everything.
    expect(around('guard')).toEqual([null]);
    // Without its name in the query.
    expect(around('perm:r-x').every((each) => each === null)).toBe(true);
    const direct = around('direct map')[0] as { startPage: number; endPage: number };
    expect(direct).toEqual({ startPage: Number(0xffff888000000n), endPage: Number(0xffff8880c0000n) });
    expect(isFilled(intervals, findHits(parseQuery('direct map'), intervals)[0] ?? -1)).toBe(true);
  });
});
