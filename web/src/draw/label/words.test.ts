import { intervalAt } from '@procmap/shared/intervals.ts';
import { HALF, rangesOf } from '@procmap/shared/kernel-half.fixture.ts';
import { type KernelRegion, MODULE_KIND } from '@procmap/shared/kernel-half.ts';
import { describe, expect, it } from 'vitest';
import { buildHierarchy, type Hierarchy } from '../../axis/hierarchy.ts';
import { intervalsOf, LAYOUT_64, library, nodeMap } from '../../axis/maps.fixture.ts';
import { clusterMembers, clusterTitles, intervalDetails, mappedText, runDetails } from './words.ts';
import { runNames } from './use-words.ts';
import { intervalName } from '../../regions/naming.ts';

/** The titles of all clusters, with the texts about their members. */
function clustersTold(hierarchy: Hierarchy): string[] {
  return Array.from({ length: hierarchy.clusters.length }, (_, c) => {
    const members = clusterMembers(hierarchy, c).map(({ text }) => text);
    return `${clusterTitles(hierarchy, c)[0]}: ${members.join(', ')}`;
  });
}

describe('words', () => {
  const intervals = intervalsOf([...library('/usr/lib/libc.so.6', 1000, 300), { start: 4000, end: 4001 }]);

  it('give the size and permissions of mappings, and the size of gaps', () => {
    expect(intervalDetails(intervals, 1)).toEqual(['3.9 MB']);
    expect(intervalDetails(intervals, 3)).toEqual(['1.17 MB', 'r-x p', '+0x0']);
    expect(intervalDetails(intervals, 8)).toEqual(['4 KB', 'rw- p']);
  });

  it('name runs', () => {
    const hierarchy = buildHierarchy(intervals);
    expect(runNames(hierarchy, 0)).toEqual(['libc.so.6']);
    expect(runDetails(hierarchy, 0)).toEqual(['×5', '1.41 MB']);
    expect(mappedText(2 ** 18, 2 ** 35)).toBe('1 GB in 128 TB');
  });

  it('name clusters by what they mostly hold', () => {
    const hierarchy = buildHierarchy(intervalsOf(nodeMap()));
    const all = clustersTold(hierarchy);
    expect(all[0]).toBe('6 mappings, 75.6 MB: node, [heap]');
    expect(all.at(-1)).toBe('Kernel half, 128 TB: [vsyscall]');
    expect(all.some((text) => text.includes('anonymous'))).toBe(true);
  });

  it('count files, not names', () => {
    const one = library('/lib/z.so', 0x1000, 30);
    const two = library('/lib/z.so', 0x2000, 20);
    const membersOf = (inode: number): string[] => {
      const hierarchy = buildHierarchy(intervalsOf([...one, ...two.map((line) => ({ ...line, inode }))]));
      return clusterMembers(hierarchy, 0).map(({ text }) => text);
    };
    expect([membersOf(77), membersOf(1)]).toEqual([['2 libraries'], ['z.so']]);
  });

  it('name the regions of the kernel, their contents, and how much of them is mapped', () => {
    const hierarchy = buildHierarchy(intervalsOf(nodeMap(), LAYOUT_64, HALF));
    const all = clustersTold(hierarchy);
    expect(all.slice(-6)).toEqual([
      'guard hole, 8 TB: nothing mapped',
      'direct map, 3 GB: System RAM ×2, 1022 MB mapped',
      'vmalloc, 32 TB: 32 KB mapped',
      'kernel image window, 1 GB: data, rodata, text, 23 MB mapped',
      'modules, 1008 MB: 1 module, 20 KB mapped',
      '1 mapping, 4 KB: [vsyscall]',
    ]);
    const stray = { ...HALF, ranges: rangesOf([[2 ** 52 - 256, 2 ** 52 - 254, 3]]) };
    const nameless = buildHierarchy(intervalsOf([], LAYOUT_64, stray));
    const last = nameless.clusters.length - 1;
    expect([clusterTitles(nameless, last)[0], clusterMembers(nameless, last).map(({ text }) => text)]).toEqual(['in no known region, 8 KB', ['8 KB mapped']]);
    const known = buildHierarchy(intervalsOf([], LAYOUT_64, { ...HALF, ranges: null }));
    expect(clusterMembers(known, known.clusters.length - 1).map(({ text }) => text)).toEqual(['1 module']);
    expect(clusterMembers(known, 0)).toEqual([]);
  });

  it('count modules, and not the areas of each', () => {
    const area = (name: string, start: number, end: number): KernelRegion => ({
      ...{ name, kind: MODULE_KIND, perms: null, source: 'lkm' },
      ...{ start: { page: start, byte: 0 }, end: { page: end, byte: 0 } },
    });
    const at = 0xffffffffc0401;
    const areas = [area('xfs data', at, at + 1), area('xfs rodata', at + 2, at + 3), area('xfs rodata', at + 4, at + 5), area('e1000', at + 8, at + 9)];
    const { regions } = HALF;
    const loaded = buildHierarchy(
      intervalsOf([], LAYOUT_64, { ...HALF, ranges: null, regions: [...regions.filter(({ kind }) => kind !== MODULE_KIND), ...areas] }),
    );
    expect(clusterMembers(loaded, loaded.clusters.length - 1).map(({ text }) => text)).toEqual(['2 modules']);
  });

  it('say of what the kernel has mapped its permissions and the size of its pages', () => {
    const intervals = intervalsOf([], LAYOUT_64, HALF);
    const said = Array.from({ length: intervals.length }, (_, i) => `${intervalName(intervals, i)} ${intervalDetails(intervals, i).join(' ')}`);
    expect(said).toContain('text 14 MB r-x 2 MB pages');
    expect(said).toContain('e1000 8 KB rwx 4 KB pages');
    expect(said).toContain('guard hole 8 TB nothing mapped');
    expect(said).toContain('sparse 8 KB');
    const aliased = intervalsOf([], LAYOUT_64, { ...HALF, ranges: rangesOf([[LAYOUT_64.kernelStart, LAYOUT_64.kernelStart + 1, 1, 0]]) });
    expect(intervalDetails(aliased, intervalAt(aliased, LAYOUT_64.kernelStart))).toEqual(['4 KB', 'r--', 'the same few pages']);
  });
});
