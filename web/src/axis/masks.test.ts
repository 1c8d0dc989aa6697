import { intervalAt } from '@procmap/shared/intervals.ts';
import { HALF, placeOf } from '@procmap/shared/kernel-half.fixture.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { expect, it } from 'vitest';
import { intervalsOf, LAYOUT_64 } from './maps.fixture.ts';
import { maskLevels, Masks, NO_ACCESS_BIT, PAGE_ZERO_BIT, WRITE_EXEC_BIT } from './masks.ts';

it('raises the alarm for pages of the kernel, and not for a region whose pages are both only together', () => {
  const intervals = intervalsOf([], LAYOUT_64, HALF);
  const maskAt = (address: string, of = intervals): number => {
    const index = intervalAt(of, placeOf(address).page);
    return new Masks(maskLevels(of, of.kind)).of(index, index + 1);
  };
  expect(maskAt('ffffffffc0403000')).toBe((1 << Kind.kernel_module) | WRITE_EXEC_BIT);
  expect(maskAt('ffffffffc0401000')).toBe(1 << Kind.kernel_module);
  expect(maskAt('ffff800000000000')).toBe((1 << Kind.kernel_fixed) | NO_ACCESS_BIT);
  expect(maskAt('ffffc90000004000')).toBe(1 << Kind.gap);
  const unwalked = intervalsOf([], LAYOUT_64, { ...HALF, ranges: null });
  expect(maskAt('ffff888000000000', unwalked)).toBe(1 << Kind.direct_map);
});

it('raises it for memory writable in one mapping and executable in another, and separately for page 0', () => {
  const view = { kind: Kind.shmem, name: '/memfd:x (deleted)', inode: 7 };
  const intervals = intervalsOf([
    { start: 0, end: 1, perms: 3 },
    { ...view, start: 16, end: 18, perms: 11 },
    { ...view, start: 32, end: 34, perms: 13 },
    { ...view, start: 48, end: 50, perms: 13, inode: 8 },
  ]);
  const masks = new Masks(maskLevels(intervals, intervals.kind));
  const alarms = [0, 16, 32, 48].map((page) => masks.of(intervalAt(intervals, page), intervalAt(intervals, page) + 1) & ~((1 << 28) - 1));
  expect(alarms).toEqual([PAGE_ZERO_BIT, WRITE_EXEC_BIT, WRITE_EXEC_BIT, 0]);
});
