import { describe, expect, it } from 'vitest';
import { tile } from '../intervals.ts';
import { HALF, kernelRegion, placeOf } from '../kernel-half.fixture.ts';
import { rangeParts, regionParts } from '../kernel-parts.ts';
import { Kind } from '../kind.ts';
import { ANON_LINE, LAYOUT_64, tableOf, TEXT_LINE } from '../table.fixture.ts';
import { IntervalView } from './interval-view.ts';

const TABLE = tableOf([
  TEXT_LINE,
  { ...TEXT_LINE, start: 0x500, end: 0x501, kind: Kind.file, name: '/gone (deleted)' },
  { ...ANON_LINE, start: 0x600, end: 0x601 },
  { ...ANON_LINE, start: 0x700, end: 0x701, kind: Kind.heap, name: '[heap]' },
]);
const PICTURE = tile(TABLE, LAYOUT_64, rangeParts(HALF, LAYOUT_64));
const LISTED = tile(TABLE, LAYOUT_64, regionParts(HALF, LAYOUT_64));

/** The interval at an address, in the picture or as listed. */
function viewAt(at: number | string, intervals = PICTURE): IntervalView {
  const page = typeof at === 'number' ? at : placeOf(at).page;
  return new IntervalView(
    intervals,
    intervals.bounds.findLastIndex((bound, i) => i < intervals.length && bound <= page),
  );
}

describe('an interval is', () => {
  it('a mapping, with everything from maps', () => {
    const told = { is: 'mapping', name: '/bin/true', hasName: true, perms: 5, listedPerms: 5, type: 'p', hasFile: true, source: 'maps', region: null };
    expect(viewAt(0x400)).toMatchObject({ ...told, offsetPages: 2, offset: '0x2000', device: 'fe:01', inode: '7', isDeleted: false, kindName: 'text' });
    expect(viewAt(0x500)).toMatchObject({ hasFile: true, isDeleted: true });
  });

  it('a mapping without a file, or without a name', () => {
    expect(viewAt(0x600)).toMatchObject({
      is: 'mapping',
      name: '',
      hasName: false,
      hasFile: false,
      offset: '0x0',
      device: '00:00',
      inode: '0',
      isDeleted: false,
    });
    expect(viewAt(0x700)).toMatchObject({ is: 'mapping', name: '[heap]', hasName: true, hasFile: false });
  });

  it('empty, and then has nothing but its place', () => {
    const nothing = {
      is: 'empty',
      name: '',
      hasName: false,
      perms: null,
      listedPerms: null,
      type: null,
      hasFile: false,
      offset: null,
      device: null,
      inode: null,
    };
    for (const intervals of [PICTURE, LISTED])
      expect(viewAt(0x501, intervals)).toMatchObject({ ...nothing, startPage: 0x501, endPage: 0x600, isDeleted: false, kindName: 'gap', source: 'computed' });
  });

  it('part of a kernel region: listed as a whole, and in the picture by its mappings', () => {
    const listed = viewAt('ffffc90000002000', LISTED);
    expect(listed).toMatchObject({ is: 'kernel', name: 'vmalloc', perms: 3, listedPerms: 3, range: -1, source: 'lkm', kindName: 'vmalloc', within: null });
    expect(viewAt('ffffc90000002000')).toMatchObject({ is: 'kernel', name: 'vmalloc', hasName: true, perms: 3, range: 2, type: null });
    expect(viewAt('ffffffff81000000').within?.name).toBe('kernel image window');
  });

  it('empty within a region, which is listed without access', () => {
    expect(viewAt('ffffc90000005000')).toMatchObject({ is: 'empty', name: 'vmalloc', hasName: false, perms: null, listedPerms: 0, kind: Kind.gap });
  });

  it('what the kernel maps outside of all regions: its permissions are known, but not listed', () => {
    const half = { ...HALF, regions: [kernelRegion('guard hole', 'ffff800000000000', 'ffff880000000000', 0)] };
    const intervals = tile(TABLE, LAYOUT_64, rangeParts(half, LAYOUT_64));
    expect(viewAt('ffffc90000002000', intervals)).toMatchObject({ is: 'kernel', name: '', hasName: false, perms: 3, listedPerms: null, source: 'computed' });
  });
});
