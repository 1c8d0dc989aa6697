import { intervalAt, tile } from '@procmap/shared/intervals.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { Uses, type Claim } from '@procmap/shared/use/uses.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import { mapOf } from '@procmap/shared/use/rules/map-text.fixture.ts';
import { describe, expect, it } from 'vitest';
import { buildHierarchy, type Hierarchy } from '../../axis/hierarchy.ts';
import { withUses } from '../../axis/run-uses.ts';
import { membersOf } from './members.ts';
import { mappingNames, runNames, thingsNames } from './use-words.ts';
import { clusterMembers, runDetails } from './words.ts';

const STACKS = 40;
/** Pages of a stack and its guard. */
const STRIDE = 2049;
const BASE = 0x7f0000000;

/** Stacks of threads, an arena, bare memory, memory of a database, and libc with its bss. */
function mapText(): string {
  const hex = (page: number): string => (page * 4096).toString(16);
  const stacks = Array.from({ length: STACKS }, (_, k) => {
    const at = BASE + STRIDE * k;
    return `${hex(at)}-${hex(at + 1)} ---p ; nh\n${hex(at + 1)}-${hex(at + STRIDE)} rw-p ; nh`;
  });
  return `
    7f0100000000-7f0100021000 rw-p ; nr
    7f0100021000-7f0104000000 ---p ; nr
    7f0110000000-7f0110400000 rw-p
    7f0110500000-7f0110600000 rw-p [anon:pool]
    ${stacks.join('\n')}`;
}

function told(hidesOwners = false): Hierarchy {
  const threads: ThreadEvidence = {
    threads: Array.from({ length: STACKS }, (_, k) => ({ tid: 100 + k, comm: `worker-${k}`, stackPage: BASE + STRIDE * k + 1000 })),
    guards: [],
    left: 0,
    denied: '',
  };
  const lines = mapText()
    .trim()
    .split('\n')
    .map((line) => line.trim());
  const { table, evidence } = mapOf(lines.sort().join('\n'), { threads });
  const intervals = tile(table, LAYOUT_64);
  const inMemory = Float64Array.from({ length: intervals.length }, (_, i) => ((intervals.row[i] ?? -1) < 0 ? 0 : 1));
  return withUses(buildHierarchy(intervals, { show: 'user' }), identify(table, evidence), inMemory, hidesOwners);
}

describe('what memory is for, in labels', () => {
  const hierarchy = told();
  const { runs } = hierarchy;
  const texts = Array.from({ length: runs.length }, (_, r) => [runNames(hierarchy, r)[0] ?? '', ...runDetails(hierarchy, r)].join(' '));

  it('names runs by it, and tells how much is in memory', () => {
    expect(texts).toContain(`thread stacks ×40 320 MB 320 KB used`);
    expect(texts).toContain('malloc arena 132 KB of 64 MB committed 64 MB 8 KB used');
    expect(texts).toContain('anonymous 4 MB 4 KB used');
    expect(texts).toContain('[anon:pool] 1 MB');
  });

  it('names single mappings by whose they are, unless that is hidden', () => {
    const at = (of: Hierarchy, name: string): string[][] =>
      Array.from({ length: of.axis.intervals.length }, (_, i) => mappingNames(of, i)).filter(([full = '']) => full.startsWith(name));
    expect(at(hierarchy, 'thread stack')).toContainEqual(['thread stack worker-3 103', 'thread stack']);
    expect(at(hierarchy, 'stack guard')).toContainEqual(['stack guard worker-3 103', 'stack guard']);
    const names = at(told(true), '').flat().join(' ');
    expect(names).toContain('thread stack');
    expect(names).not.toContain('worker');
  });

  it('names what belongs to a runtime by its name, unless several things of it lie side by side', () => {
    const namesOf = (text: string): string[][] => {
      const { table, evidence } = mapOf(text);
      const of = withUses(buildHierarchy(tile(table, LAYOUT_64), { show: 'user' }), identify(table, evidence), null);
      return Array.from({ length: of.runs.length }, (_, r) => runNames(of, r));
    };
    const asan = ['7fff7000-8fff7000 rw-p', '8fff7000-2008fff7000 ---p', '2008fff7000-10007fff8000 rw-p'];
    expect(namesOf(asan.join('\n'))).toContainEqual(['ASan shadow']);
    // What follows the class archive is class space; metaspace has chunks of 4 MB.
    const java = [
      ...['7f0024001000-7f0024d92000 rw-p /usr/lib/jvm/classes.jsa ; rd wr', '7f0024d92000-7f0025000000 ---p ; nr', '7f0025000000-7f0065000000 rw-p ; rd wr'],
      ...['7f0065000000-7f0065020000 rw-p ; rd wr', '7f0065020000-7f0065400000 ---p ; nr', '7f0065400000-7f0065410000 rw-p ; rd wr'],
      ...['7f0065410000-7f0069000000 ---p ; nr', '7ff000000000-7ff000100000 r-xp /usr/lib/jvm/libjvm.so ; rd ex'],
    ];
    expect(namesOf(java.join('\n'))).toContainEqual(['class metadata']);
  });

  it('names what a thing may still grow into its reserve, and a guard a guard', () => {
    const { axis } = hierarchy;
    const at = (address: number): string[] => mappingNames(hierarchy, intervalAt(axis.intervals, address / 4096));
    expect(at(0x7f0100000000)[0]).toMatch(/^malloc arena 132 KB of 64 MB committed$/);
    expect(at(0x7f0100021000)).toEqual(['malloc arena reserve']);
    expect(at(BASE * 4096)[0]).toMatch(/^stack guard/);
  });

  it('lists what belongs to a runtime apart, though it is of one use', () => {
    const { table } = mapOf('7f0000000000-7f0000100000 rw-p\n7f0000200000-7f0000300000 rw-p [anon:a]\n7f0000400000-7f0000500000 rw-p');
    const claim = (of: string): Claim => ({ use: 'class_space', certainty: 'seen', of, evidence: '' });
    const uses = new Uses(table, [claim('Java class space'), claim('Java metaspace')], Int32Array.of(0, -1, 1), new Map());
    const of = withUses(buildHierarchy(tile(table, LAYOUT_64), { show: 'user' }), uses, null);
    const { list } = membersOf(of, 0, of.runs.length);
    expect(list.flatMap(({ run, things }) => thingsNames(of, run, things)[0] ?? '')).toEqual(
      expect.arrayContaining(['Java class space', 'Java metaspace', '[anon:a]']),
    );
  });

  it('names what is one thing by what it is of, also where it has a file, and is never longer in a narrow place', () => {
    const { table } = mapOf('7f0000000000-7f0000100000 rw-p\n7f0000100000-7f0000200000 rw-p /usr/lib/jvm/classes.jsa');
    const claim: Claim = { use: 'gc_heap', certainty: 'seen', of: 'Java heap', evidence: '' };
    const intervals = tile(table, LAYOUT_64);
    const told = withUses(buildHierarchy(intervals), new Uses(table, [claim], new Int32Array(2), new Map()), null);
    const at = intervalAt(intervals, 0x7f0000000);
    expect([at, at + 1].map((i) => mappingNames(told, i))).toEqual([['Java heap'], ['Java heap classes.jsa', 'Java heap']]);
  });

  it('counts them in clusters and in lists', () => {
    const all = Array.from({ length: hierarchy.clusters.length }, (_, c) => clusterMembers(hierarchy, c).map(({ text }) => text)).flat();
    expect(all).toEqual(expect.arrayContaining(['40 thread stacks', 'malloc arena', '1 anonymous', '[anon:pool]']));
    const { list } = membersOf(hierarchy, 0, runs.length);
    expect(list.map(({ things }) => things)).toContain(STACKS);
    expect(list.flatMap(({ run, things }) => thingsNames(hierarchy, run, things))).toContain('thread stacks ×40');
  });
});
