import { describe, expect, it } from 'vitest';
import { documentedRegions, imageWindows, withoutKaslr, x86ModulesStart } from './documented.ts';
import { NO_MEMORY } from './iomem.ts';
import { parseModules } from './loaded-modules.ts';
import { kernelOf, type Kernel } from './places.ts';
import { NO_SYMBOLS, type Symbols } from './symbols.ts';

function kernel(machine: string, vmallocKib: number, release: string, pageSize = 4096): Kernel {
  const known = kernelOf({ machine, vmallocKib, pageSize, vsyscall: true }, release);
  if (known === null) throw new Error(machine);
  return known;
}

const X86 = kernel('x86_64', 34_359_738_367, '6.1.0');
const X86_5 = kernel('x86_64', 13_743_895_347_199, '6.1.0');

function lines(regions: readonly { start: bigint; end: bigint; name: string }[]): string[] {
  return regions.map(({ start, end, name }) => `${start.toString(16)}-${end.toString(16)} ${name}`);
}

function at(text: bigint): Symbols {
  return { at: new Map([['_text', text]]), hidden: false };
}

describe('what is documented', () => {
  it('of x86_64 depends on the paging levels only in its lower part', () => {
    const high = [
      'fffffe0000000000-fffffe8000000000 cpu_entry_area',
      'ffffff0000000000-ffffff8000000000 espfix',
      'ffffffef00000000-ffffffff00000000 EFI',
      'ffffffffff600000-ffffffffff601000 vsyscall',
    ];
    expect(lines(documentedRegions(X86))).toEqual(['ffff800000000000-ffff880000000000 guard hole', 'ffff880000000000-ffff888000000000 LDT remap', ...high]);
    expect(lines(documentedRegions(X86_5))).toEqual(['ff00000000000000-ff10000000000000 guard hole', 'ff10000000000000-ff11000000000000 LDT remap', ...high]);
    expect(documentedRegions(kernel('x86_64', 34_359_738_367, '4.19.0'))).toEqual([]);
  });

  // arch/arm64/include/asm/memory.h and pgtable.h of Linux 6.1 and 6.12.
  it.each([
    [
      '6.1',
      133_143_592_960,
      ['ffff800000000000-ffff800008000000 modules', 'ffff800008000000-fffffbfff0000000 vmalloc', 'fffffc0000000000-fffffe0000000000 vmemmap'],
    ],
    [
      '6.6',
      133_141_626_880,
      ['ffff800000000000-ffff800080000000 modules', 'ffff800080000000-fffffbfff0000000 vmalloc', 'fffffc0000000000-fffffe0000000000 vmemmap'],
    ],
    [
      '6.12',
      135_288_315_904,
      ['ffff800000000000-ffff800080000000 modules', 'ffff800080000000-fffffdffbf800000 vmalloc', 'fffffdffc0000000-ffffffffc0000000 vmemmap'],
    ],
    ['KASAN', 133_009_375_232, []],
  ])('of arm64, Linux %s, the size of vmalloc tells', (_, vmallocKib, expected) =>
    expect(lines(documentedRegions(kernel('aarch64', vmallocKib, '6.1.0')))).toEqual(expected),
  );

  it('of arm', () =>
    expect(lines(documentedRegions(kernel('armv7l', 245_760, '6.1.0')))).toEqual([
      'f0800000-ff800000 vmalloc',
      'ffc80000-fff00000 fixmap',
      'ffff0000-ffff2000 vector table',
    ]));
});

describe('the windows of image and modules', () => {
  it('meet where modules begin', () => {
    expect(lines(imageWindows(0xffffffffc0000000n))).toEqual([
      'ffffffff80000000-ffffffffc0000000 kernel image window',
      'ffffffffc0000000-ffffffffff000000 modules',
    ]);
    expect(imageWindows(null)).toEqual([]);
  });

  it.each([
    ['a module above', 'a 4096 0 - Live 0xffffffffc0201000\n', 0xffffffff81000000n, 0xffffffffc0000000n],
    ['a module below', 'a 4096 0 - Live 0xffffffffa0201000\nb 4096 0 - Live 0xffffffffc0201000\n', 0xffffffff81000000n, 0xffffffffa0000000n],
    ['an image above', '', 0xffffffffad600000n, 0xffffffffc0000000n],
    ['an image below', '', 0xffffffff9e400000n, null],
    ['a hidden module', 'a 4096 0 - Live 0x0000000000000000\n', 0xffffffff9e400000n, null],
  ])('are told by %s', (_, modules, text, expected) => expect(x86ModulesStart(X86, parseModules(modules), at(text))).toBe(expected));

  it('are unknown for other machines', () =>
    expect(x86ModulesStart(kernel('i686', 122_880, '6.1.0'), parseModules('a 4096 0 - Live 0xf7843000\n'), NO_SYMBOLS)).toBeNull());
});

describe('the documented bases', () => {
  const memory = { ...NO_MEMORY, ram: [{ start: 0x1000n, end: 0x3ffe0000n }] };

  it('hold without KASLR', () => {
    const { regions, directOffset } = withoutKaslr(X86, 'quiet nokaslr\n', at(0xffffffff81000000n), memory);
    expect(directOffset).toBe(0xffff888000000000n);
    expect(lines(regions)).toEqual([
      'ffff888000000000-ffff88803ffe0000 direct map',
      'ffffc90000000000-ffffe90000000000 vmalloc',
      'ffffea0000000000-ffffea0001000000 vmemmap',
    ]);
    expect(lines(withoutKaslr(X86_5, 'nokaslr', at(0xffffffff81000000n), memory).regions)).toEqual([
      'ff11000000000000-ff1100003ffe0000 direct map',
      'ffa0000000000000-ffd2000000000000 vmalloc',
      'ffd4000000000000-ffd4000001000000 vmemmap',
    ]);
  });

  it('have no end if the memory is hidden', () =>
    expect(lines(withoutKaslr(X86, 'nokaslr', at(0xffffffff81000000n), NO_MEMORY).regions)).toEqual(['ffffc90000000000-ffffe90000000000 vmalloc']));

  it.each([
    ['the command line does not say so', 'quiet nokaslrs', at(0xffffffff81000000n)],
    ['the command line is not known', null, at(0xffffffff81000000n)],
    ['the image is elsewhere', 'nokaslr', at(0xffffffff82000000n)],
    ['nobody knows where the image is', 'nokaslr', NO_SYMBOLS],
  ])('do not where %s', (_, commandLine, symbols) => expect(withoutKaslr(X86, commandLine, symbols, memory)).toEqual({ regions: [], directOffset: null }));
});
