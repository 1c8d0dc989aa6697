import { isLayout } from '@procmap/shared/layout.ts';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { inferLayout, type LayoutFacts } from './layout.ts';

const GIB = 2 ** 30;
const X86: LayoutFacts = { machine: 'x86_64', vmallocKib: 34_359_738_367, pageSize: 4096, processBits: 64, limitedTo3GiB: false, highestPage: 0 };
const X86_5: LayoutFacts = { ...X86, vmallocKib: 13_743_895_347_199 };
const ARM64: LayoutFacts = { ...X86, machine: 'aarch64', vmallocKib: 133_141_626_880 };
const I386: LayoutFacts = { ...X86, machine: 'i686', vmallocKib: 122_880, processBits: 32 };
const ARM: LayoutFacts = { ...I386, machine: 'armv7l' };

/** Ends in bytes, as bigints: [taskEnd, userEnd, kernelStart, end], paging levels. */
function ends(facts: LayoutFacts): [string[], number] {
  const layout = inferLayout(facts);
  if (layout === null) return [[], -1];
  return [[layout.taskEnd, layout.userEnd, layout.kernelStart, layout.end].map((page) => `0x${(BigInt(page) << 12n).toString(16)}`), layout.pagingLevels];
}

const END = '0x10000000000000000';

it.each([
  ['x86_64, four levels', X86, ['0x7ffffffff000', '0x800000000000', '0xffff800000000000', END], 4],
  ['x86_64, five levels', X86_5, ['0xfffffffffff000', '0x100000000000000', '0xff00000000000000', END], 5],
  ['x86_64, a mapping only five levels can have', { ...X86, highestPage: 2 ** 43 }, ['0xfffffffffff000', '0x100000000000000', '0xff00000000000000', END], 5],
  ['32-bit process on x86_64', { ...X86, processBits: 32 as const }, ['0xffffe000', '0x800000000000', '0xffff800000000000', END], 4],
  [
    '32-bit process on x86_64, setarch --3gb',
    { ...X86, processBits: 32 as const, limitedTo3GiB: true },
    ['0xc0000000', '0x800000000000', '0xffff800000000000', END],
    4,
  ],
  ['arm64, 48 bits', ARM64, ['0x1000000000000', '0x1000000000000', '0xffff000000000000', END], 4],
  ['arm64, 39 bits', { ...ARM64, vmallocKib: 259_653_568 }, ['0x8000000000', '0x8000000000', '0xffffff8000000000', END], 3],
  ['arm64, 42 bits, 64 KiB pages', { ...ARM64, vmallocKib: 2_142_187_520, pageSize: 65_536 }, ['0x40000000000', '0x40000000000', '0xfffffc0000000000', END], 2],
  [
    'arm64, 47 bits, 16 KiB pages',
    { ...ARM64, vmallocKib: 68_580_081_664, pageSize: 16_384 },
    ['0x800000000000', '0x800000000000', '0xffff800000000000', END],
    3,
  ],
  ['arm64, a mapping only 52 bits can have', { ...ARM64, highestPage: 2 ** 38 }, ['0x10000000000000', '0x10000000000000', '0xfff0000000000000', END], 5],
  ['32-bit process on arm64', { ...ARM64, processBits: 32 as const }, ['0xfffff000', '0x1000000000000', '0xffff000000000000', END], 4],
  ['i386', I386, ['0xc0000000', '0xc0000000', '0xc0000000', '0x100000000'], 0],
  ['i386, another split', { ...I386, highestPage: (3.5 * GIB) / 4096 }, ['0xe0000000', '0xe0000000', '0xe0000000', '0x100000000'], 0],
  ['arm', ARM, ['0xbf000000', '0xbf000000', '0xbf000000', '0x100000000'], 0],
  ['a machine that procmap does not know', { ...X86, machine: 'sparc64' }, [], -1],
])('%s', (_, facts, expected, levels) => expect(ends(facts)).toEqual([expected, levels]));

it('always tiles, wherever the highest mapping ends', () => {
  const facts = fc.record({
    machine: fc.constantFrom('x86_64', 'aarch64', 'i686', 'armv7l'),
    vmallocKib: fc.constantFrom(34_359_738_367, 13_743_895_347_199, 133_141_626_880),
    pageSize: fc.constantFrom(4096, 16_384, 65_536),
    processBits: fc.constantFrom(64 as const, 32 as const),
    limitedTo3GiB: fc.boolean(),
    highestPage: fc.oneof(
      fc.nat(2 ** 20 - 1),
      fc.maxSafeNat().map((page) => page % (2 ** 52 - 1)),
    ),
  });
  fc.assert(
    fc.property(facts, (given) => {
      const narrow = given.machine === 'i686' || given.machine === 'armv7l';
      const highestPage = narrow ? given.highestPage % (2 ** 20 - 1) : given.highestPage;
      const layout = inferLayout({ ...given, highestPage });
      expect(layout !== null && isLayout(layout) && layout.taskEnd >= highestPage).toBe(true);
    }),
  );
});
