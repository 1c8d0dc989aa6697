import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addressDigits, isLayout, type Layout, shownDigits } from './layout.ts';
import { formatAddress } from './page.ts';
import { LAYOUT_64, layouts } from './table.fixture.ts';

const I386: Layout = { bits: 32, processBits: 32, taskEnd: 0xc0000, userEnd: 0xc0000, kernelStart: 0xc0000, end: 2 ** 20, pagingLevels: 0 };

it('takes every layout of ascending parts, also empty ones', () => {
  fc.assert(
    fc.property(layouts, (layout) => {
      expect(isLayout(layout)).toBe(true);
    }),
  );
  expect(isLayout(I386)).toBe(true);
});

it.each<[string, Partial<Layout>]>([
  ['nothing that a process may map', { taskEnd: 0 }],
  ['a negative end', { taskEnd: -1 }],
  ['parts in another order', { taskEnd: 2 ** 36 }],
  ['a kernel half that begins in the user half', { kernelStart: 2 ** 34 }],
  ['no kernel half', { userEnd: 2 ** 52, kernelStart: 2 ** 52 }],
  ['the end of the other width', { bits: 32 }],
  ['an end that is none', { end: 2 ** 51 }],
  ['half a page', { taskEnd: 2 ** 34 + 0.5 }],
  ['half a page in the hole', { kernelStart: 2 ** 40 + 0.5 }],
  ['an end that is no number', { userEnd: NaN }],
])('refuses %s', (_, change) => expect(isLayout({ ...LAYOUT_64, ...change })).toBe(false));

it('has addresses of as many digits as the highest one', () => {
  for (const layout of [LAYOUT_64, I386]) {
    const digits = addressDigits(layout);
    for (const page of [0, layout.end - 1]) expect(formatAddress(page, digits)).toHaveLength(2 + layout.bits / 4);
  }
});

it('shows eight digits as far as a 32-bit process goes', () => {
  const compat = { ...LAYOUT_64, processBits: 32, taskEnd: 0xffffe } as const;
  expect([0, 0xfffff, 0x100000, 2 ** 52].map((page) => shownDigits(compat, page))).toEqual([8, 8, 16, 16]);
  expect([0, 0xfffff, 0x100000].map((page) => shownDigits(LAYOUT_64, page))).toEqual([16, 16, 16]);
  expect([0, 0xfffff, 0x100000].map((page) => shownDigits(I386, page))).toEqual([8, 8, 8]);
});
