import { Kind } from '@procmap/shared/kind.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { summarise } from '@procmap/shared/figures/summary.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64, type Line, tableOf, ANON_LINE } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import { findHits, readQuery } from '../search/query.ts';
import { remarksOf } from './remarks.ts';

const LINE: Line = { ...ANON_LINE, start: 0, end: 1 };
const MEMORY: Memory = {
  vsz_kb: 1,
  rss_kb: 1,
  mem_percent: 1,
  hugetlb_kb: 0,
  smem: null,
  smem_from: null,
  smem_error: null,
  mem_total_kb: 1,
  max_map_count: 65_530,
  taken_at: 0,
  read_ms: 1,
};

/** One page each, with gaps between, from `first` on. */
function mapOf(parts: readonly Partial<Line>[], first = 16): Intervals {
  return tile(tableOf(parts.map((part, i) => ({ ...LINE, start: first + 2 * i, end: first + 2 * i + 1, ...part }))), LAYOUT_64);
}

const view = { kind: Kind.shmem, inodeLow: 7, device: 1, name: '/memfd:x (deleted)', perms: 11 };

describe('the list of remarks', () => {
  it('is nothing in a plain map', () => expect(remarksOf(summarise(mapOf([{}, { perms: 5 }])), MEMORY)).toEqual([]));

  it('has alarms first, then the rest, each with the search that finds as many', () => {
    const intervals = mapOf([{ perms: 7 }, { perms: 0 }, view, { ...view, perms: 13 }, { ...view, perms: 9 }, { perms: 0 }, { perms: 7 }, { perms: 7 }]);
    const remarks = remarksOf(summarise(intervals), MEMORY);
    expect(remarks.map(({ figure, words }) => `${figure} ${words}`)).toEqual([
      '3 writable and executable, 12 KB',
      '2 share memory, writable in one and executable in another',
      '3 views of the same memory',
      '2 without any access, 8 KB',
    ]);
    expect(remarks.map(({ isAlarm }) => isAlarm)).toEqual([true, true, false, false]);
    for (const { figure, query } of remarks) expect([query, findHits(readQuery(query, intervals), intervals).length]).toEqual([query, Number(figure)]);
  });

  it('is page 0, where something is mapped', () => {
    const [remark, ...others] = remarksOf(summarise(mapOf([{}], 0)), MEMORY);
    expect([remark?.figure, remark?.words, remark?.isAlarm, others]).toEqual(['Page 0', 'is mapped', true, []]);
    expect(readQuery(remark?.query ?? '', mapOf([{}], 0))).toMatchObject({ type: 'address', start: { page: 0, byte: 0 } });
  });

  it.each<[string, Partial<Line>]>([
    ['9 anonymous mappings', {}],
    ['9 mappings of /tmp/a, "b"', { name: '/tmp/a, "b"', kind: Kind.file }],
    ['9 mappings of [anon: \\x1b]', { name: '[anon: \x1b]' }],
  ])('is that hardly more mappings are allowed, with %s to go to', (words, line) => {
    const intervals = mapOf([...Array.from({ length: 9 }, () => line), { perms: 13, name: '/x', kind: Kind.text }]);
    const [remark] = remarksOf(summarise(intervals), { ...MEMORY, max_map_count: 11 });
    expect(remark).toMatchObject({ id: 'map-limit', figure: '1', words: `mapping left, ${words} in use`, isAlarm: true });
    expect(findHits(readQuery(remark?.query ?? '', intervals), intervals).length).toBe(9);
    expect(remarksOf(summarise(intervals), { ...MEMORY, max_map_count: 12 })).toEqual([]);
    // The limit is not known yet.
    expect(remarksOf(summarise(intervals), null)).toEqual([]);
  });
});
