import { describe, expect, it } from 'vitest';
import { imageOffset, imageParts, partsOfSymbols } from './image.ts';
import { NO_MEMORY, type PhysicalMemory } from './iomem.ts';
import { kernelOf, type Kernel } from './places.ts';
import type { FoundRegion } from './span.ts';
import { NO_SYMBOLS, type Symbols } from './symbols.ts';

function kernel(machine: string, vmallocKib: number): Kernel {
  const known = kernelOf({ machine, vmallocKib, pageSize: 4096, vsyscall: true }, '6.1.0');
  if (known === null) throw new Error(machine);
  return known;
}

const X86 = kernel('x86_64', 34_359_738_367);
const ARM64 = kernel('aarch64', 133_143_592_960);
const IMAGE = 0xffff_ffff_8000_0000n;

function symbols(at: Record<string, bigint>): Symbols {
  return { at: new Map(Object.entries(at)), hidden: false };
}

function lines(parts: readonly FoundRegion[]): string[] {
  return parts.map(({ name, kind, start, end, source }) => `${start.toString(16)}-${end.toString(16)} ${name}/${kind} ${source}`);
}

describe('the parts of the image', () => {
  const code = { start: 0x1000000n, end: 0x1e01d32n };
  const data = { start: 0x2a00000n, end: 0x2c48980n };
  const bss = { start: 0x3310000n, end: 0x4400000n };

  it('of an old x86, whose data begins with the rodata, are told by kallsyms', () => {
    const old: PhysicalMemory = { ...NO_MEMORY, code, data, bss };
    const known = symbols({ _sdata: IMAGE + 0x2a00000n, _edata: IMAGE + 0x2c48980n, __start_rodata: IMAGE + 0x2000000n, __end_rodata: IMAGE + 0x28eb000n });
    expect(lines(imageParts(old, IMAGE, NO_SYMBOLS, X86, 'kcore'))).toEqual([
      'ffffffff81000000-ffffffff81e01d32 text/text kcore',
      'ffffffff83310000-ffffffff84400000 bss/bss kcore',
    ]);
    expect(lines(imageParts(old, IMAGE, known, X86, 'kcore')).slice(2)).toEqual([
      'ffffffff82000000-ffffffff828eb000 rodata/rodata inferred',
      'ffffffff82a00000-ffffffff82c48980 data/data inferred',
    ]);
  });

  it('of arm64, whose code ends with the rodata, are split by kallsyms, or named for both', () => {
    const memory: PhysicalMemory = { ...NO_MEMORY, code: { start: 0x40210000n, end: 0x41860000n }, data: { start: 0x41eb0000n, end: 0x42210000n } };
    const offset = 0xffff_b2b7_fa80_0000n;
    const whole = 'ffffb2b83aa10000-ffffb2b83c060000 text and rodata/text kcore';
    const dataLine = 'ffffb2b83c6b0000-ffffb2b83ca10000 data/data kcore';
    expect(lines(imageParts(memory, offset, NO_SYMBOLS, ARM64, 'kcore'))).toEqual([whole, dataLine]);
    // Of another kernel, or of another place.
    expect(lines(imageParts(memory, offset, symbols({ _etext: 0xffffb2b83aa10000n }), ARM64, 'kcore'))).toEqual([whole, dataLine]);
    expect(lines(imageParts(memory, offset, symbols({ _etext: 0xffffb2b83b700000n }), ARM64, 'kcore'))).toEqual([
      'ffffb2b83aa10000-ffffb2b83b700000 text/text kcore',
      'ffffb2b83b700000-ffffb2b83c060000 rodata/rodata kcore',
      dataLine,
    ]);
  });

  it('are left out if kallsyms has only one end, or impossible ends', () =>
    expect(partsOfSymbols(symbols({ _text: IMAGE, _sdata: IMAGE + 2n, _edata: IMAGE + 1n, __bss_start: 0x1000n, __bss_stop: 0x2000n }), X86)).toEqual([]));
});

describe('the way from /proc/iomem to the image', () => {
  const memory: PhysicalMemory = { ...NO_MEMORY, code: { start: 0x33a00000n, end: 0x34801d32n } };

  it('is known if both ends of the code agree', () => {
    expect(imageOffset(memory, symbols({ _text: IMAGE, _etext: IMAGE + 0xe01d32n }), X86)).toBe(IMAGE - 0x33a00000n);
    expect(imageOffset(memory, symbols({ _stext: IMAGE, __init_begin: IMAGE + 0xe01d32n }), ARM64)).toBe(IMAGE - 0x33a00000n);
  });

  it.each([
    ['they do not', memory, symbols({ _text: IMAGE, _etext: IMAGE + 0xe01d33n })],
    ['one is not known', memory, symbols({ _text: IMAGE })],
    ['memory is hidden', NO_MEMORY, symbols({ _text: IMAGE, _etext: IMAGE + 0xe01d32n })],
  ])('is not where %s', (_, shown, known) => expect(imageOffset(shown, known, X86)).toBeNull());
});
