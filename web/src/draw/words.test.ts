import { Kind } from '@procmap/shared/kind.ts';
import { describe, expect, it } from 'vitest';
import { buildHierarchy } from '../axis/hierarchy.ts';
import { intervalsOf, library, nodeMap } from '../axis/maps.fixture.ts';
import { baseName, clusterMembers, clusterTitles, intervalDetails, intervalName, mappedText, runDetails, runName } from './words.ts';

describe('words', () => {
  const intervals = intervalsOf([...library('/usr/lib/libc.so.6', 1000, 300), { start: 4000, end: 4001 }]);

  it('name mappings and what lies between', () => {
    expect(intervalName(intervals, 0)).toBe('NULL trap');
    expect(intervalName(intervals, 1)).toBe('sparse');
    expect(intervalDetails(intervals, 1)).toEqual(['3.9 MB']);
    expect(intervalName(intervals, 3)).toBe('/usr/lib/libc.so.6');
    expect(intervalDetails(intervals, 3)).toEqual(['1.17 MB', 'r-x p', '+0x0']);
    expect(intervalName(intervals, 8)).toBe('anonymous');
    expect(intervalDetails(intervals, 8)).toEqual(['4 KB', 'rw- p']);
  });

  it('name runs', () => {
    const { runs } = buildHierarchy(intervals);
    expect(runName(intervals, runs, 0)).toBe('libc.so.6');
    expect(runDetails(intervals, runs, 0)).toEqual(['×5', '1.41 MB']);
    expect(mappedText(2 ** 18, 2 ** 35)).toBe('1 GB in 128 TB');
  });

  it('name clusters by what they mostly hold', () => {
    const hierarchy = buildHierarchy(intervalsOf(nodeMap()));
    const all = Array.from(
      { length: hierarchy.clusters.length },
      (_, c) => `${clusterTitles(hierarchy.clusters, c)[0]}: ${clusterMembers(hierarchy, c).join(', ')}`,
    );
    expect(all[0]).toBe('6 mappings, 75.6 MB: node, [heap]');
    expect(all.at(-1)).toBe('Kernel half, 128 TB: [vsyscall]');
    expect(all.some((text) => text.includes('anonymous'))).toBe(true);
  });

  it('show hostile names escaped, and the last part of a path', () => {
    const hostile = intervalsOf([{ start: 5, end: 6, name: '/tmp/a\u202eb', kind: Kind.file }]);
    expect(intervalName(hostile, 2)).toBe('/tmp/a\\u{202e}b');
    expect(baseName('/a/b (deleted)')).toBe('b (deleted)');
    expect(baseName('[heap]')).toBe('[heap]');
    expect(baseName('/')).toBe('/');
  });
});
