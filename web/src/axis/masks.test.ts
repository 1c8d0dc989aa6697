import { intervalAt } from '@procmap/shared/intervals.ts';
import { HALF, placeOf } from '@procmap/shared/kernel-half.fixture.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { expect, it } from 'vitest';
import { intervalsOf, LAYOUT_64 } from './maps.fixture.ts';
import { maskLevels, Masks, NO_ACCESS_BIT, WRITE_EXEC_BIT } from './masks.ts';

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
