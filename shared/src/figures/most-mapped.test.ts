import { expect, it } from 'vitest';
import { Kind } from '../kind.ts';
import { mostMapped, mostMappedWords } from './most-mapped.ts';
import { type Line, tableOf } from '../table.fixture.ts';

function linesOf(counts: readonly (readonly [count: number, kind: number, name: string | ((i: number) => string)])[]): Line[] {
  const parts = counts.flatMap(([count, kind, name]) => Array.from({ length: count }, (_, i) => ({ kind, name: typeof name === 'string' ? name : name(i) })));
  return parts.map((part, i) => ({ start: 2 * i + 1, end: 2 * i + 2, offset: 0, inodeLow: 0, inodeHigh: 0, device: 0, perms: 3, ...part }));
}

it.each<[string, Parameters<typeof linesOf>[0]]>([
  [
    '1,200 anonymous mappings',
    [
      [1200, Kind.anon, ''],
      [500, Kind.file, '/tmp/x'],
    ],
  ],
  [
    '900 mappings of /tmp/x',
    [
      [900, Kind.file, '/tmp/x'],
      [300, Kind.anon, ''],
    ],
  ],
  // A file mapped with several permissions has several kinds.
  [
    '40 mappings of /lib/a.so',
    [
      [20, Kind.text, '/lib/a.so'],
      [20, Kind.data, '/lib/a.so'],
      [30, Kind.anon, ''],
    ],
  ],
  [
    '50 mappings of shared memory',
    [
      [50, Kind.shmem, (i) => `/memfd:${i}`],
      [3, Kind.anon, ''],
    ],
  ],
  ['50 mappings of files', [[50, Kind.file, (i) => `/tmp/${i}`]]],
  [
    '30 mappings of [anon:pool]',
    [
      [30, Kind.anon, '[anon:pool]'],
      [10, Kind.anon, ''],
    ],
  ],
  ['1 mapping of [heap]', [[1, Kind.heap, '[heap]']]],
  [`4 mappings of …${'d/'.repeat(29)}\u{1f525}a`, [[4, Kind.file, `/${'d/'.repeat(99)}\xf0\x9f\x94\xa5a`]]],
  ['9 mappings of /tmp/\\x1b[31m', [[9, Kind.file, '/tmp/\x1b[31m']]],
])('names what multiplies: %s', (words, counts) => {
  const most = mostMapped(tableOf(linesOf(counts)));
  expect(most === null ? null : mostMappedWords(most)).toBe(words);
});

it('is nothing of no mapping', () => expect(mostMapped(tableOf([]))).toBeNull());
