import { tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { usesOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { describe, expect, it } from 'vitest';
import { complete } from './query-complete.ts';
import { findMatches, parseQuery } from './query.ts';

const threads = [
  { tid: 812, comm: 'Worker-3', stackPage: 0x7_f000_0100 },
  { tid: 1, comm: 'main', stackPage: null },
];
const uses = usesOf(
  `
  550000000000-550000010000 r-xp /bin/a
  550000100000-550000121000 rw-p [heap]
  7f0000000000-7f0000001000 ---p ; nh
  7f0000001000-7f0000801000 rw-p ; rd wr nh
  7f0000a00000-7f0000a01000 ---p ; nh
  7f0000a01000-7f0000b01000 rw-p ; rd wr nh
  7f0010000000-7f0010100000 rw-p`,
  { threads: { threads, guards: [], left: 0, denied: '' } },
);
const intervals = tile(uses.table, LAYOUT_64);

/** The rows found. */
function rowsOf(query: string, of = uses as typeof uses | null): number[] {
  const matches = findMatches(parseQuery(query), intervals, null, of) ?? new Uint8Array();
  return Array.from(matches.entries()).flatMap(([i, is]) => (is === 1 && (intervals.row[i] ?? -1) >= 0 ? [intervals.row[i] ?? -1] : []));
}

describe('a search', () => {
  it.each([
    ['use:thread_stack', [3, 5]],
    ['use:stack', [2, 3, 4, 5]],
    ['use=thread_stack,heap', [1, 3, 5]],
    ['use:"stack guards"', [2, 4]],
    ['use:none', [6]],
    ['-use:none', [0, 1, 2, 3, 4, 5]],
    ['of:worker-3', [2, 3]],
    ['of:812', [2, 3]],
    ['use:stack of:worker-3 certainty:seen', [2, 3]],
    ['certainty:likely', [4, 5]],
    ['certainty!=told use:stack', [2, 3, 4, 5]],
  ])('%s finds by what mappings are for', (query, rows) => {
    expect(rowsOf(query)).toEqual(rows);
  });

  it('finds nothing where nothing is known yet', () => {
    expect(rowsOf('use:stack', null)).toEqual([]);
    expect(rowsOf('-use:stack', null)).toHaveLength(uses.table.length);
  });

  it.each(['use:nonsense', 'certainty:maybe'])('%s is refused with what to write', (query) => {
    expect(parseQuery(query)).toMatchObject({ type: 'wrong' });
  });
});

describe('completion', () => {
  function offered(text: string, of = uses as typeof uses | null): { label: string; insert: string; hint: string; isName: boolean }[] {
    return [...complete(text, text.length, intervals, null, false, of).suggestions];
  }

  it('offers the fields, the uses that occur, and how sure they are', () => {
    expect(offered('us').map(({ insert }) => insert)).toContain('use:');
    expect(offered('cert').map(({ insert }) => insert)).toEqual(['certainty:']);
    expect(offered('use:').map(({ label, hint }) => [label, hint])).toEqual(
      expect.arrayContaining([
        ['thread_stack', 'thread stack, 2'],
        ['heap', 'heap, 1'],
        ['none', 'not known, 1'],
      ]) as unknown,
    );
    expect(offered('use:').map(({ label }) => label)).not.toContain('gpu');
    expect(offered('use:heap,st').map(({ insert }) => insert)).toEqual(expect.arrayContaining(['thread_stack', 'stack_guard']) as unknown);
    expect(offered('certainty:').map(({ label }) => label)).toEqual(['told', 'seen', 'likely']);
  });

  it('offers whose memory is, as names: they may be hostile', () => {
    expect(offered('of:work')).toEqual([{ label: 'Worker-3 812', insert: '"Worker-3 812"', hint: '2', isName: true }]);
  });

  it('offers every use, and nobody, while uses are not known', () => {
    expect(offered('use:gpu', null)).toEqual([]);
    expect(offered('use:gp', null).map(({ label }) => label)).toEqual(['gpu']);
    expect(offered('of:', null)).toEqual([]);
  });
});
