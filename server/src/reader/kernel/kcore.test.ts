import { describe, expect, it } from 'vitest';
import { readKcore } from './kcore.ts';
import { kernelOf, type Kernel } from './places.ts';
import type { Segment } from './root-files/program-headers.ts';

function kernel(machine: string, vmallocKib: number, release = '6.1.0'): Kernel {
  const known = kernelOf({ machine, vmallocKib, pageSize: 4096, vsyscall: true }, release);
  if (known === null) throw new Error(machine);
  return known;
}

const X86 = kernel('x86_64', 34_359_738_367);
const BASE = 0xffff_8d4f_c000_0000n;
const VMALLOC = 0xffff_d3e3_8000_0000n;
const VMEMMAP = 0xffff_fa4a_0000_0000n;
const GIB = 2n ** 30n;

const segment = (start: bigint, size: bigint, physical: bigint | null = null): Segment => ({ start, end: start + size, physical });
/** As in the kernel's list: a range of RAM, then its struct pages. */
function ram(physical: bigint, size: bigint, structPage = 64n): Segment[] {
  const start = VMEMMAP + (((physical / 4096n) * structPage) / 4096n) * 4096n;
  const end = VMEMMAP + ((((physical + size) / 4096n) * structPage + 4095n) / 4096n) * 4096n;
  return [segment(BASE + physical, size, physical), { start, end, physical: null }];
}

const image = segment(0xffff_ffff_9160_0000n, 0x2c3_0000n, 0xb00_0000n);
const vmalloc = segment(VMALLOC, 2n ** 45n);
const modules = segment(0xffff_ffff_c000_0000n, 0x3f00_0000n);
const SEGMENTS = [image, vmalloc, modules, ...ram(0x1000n, 0x9e000n), ...ram(0x10_0000n, 3n * GIB)];

function names(segments: readonly Segment[], of = X86, ramEnd: bigint | null = null): string[] {
  return readKcore({ machine: 'x86_64', segments }, of, ramEnd)
    .regions.map(({ name, start, end }) => `${start.toString(16)}-${end.toString(16)} ${name}`)
    .sort();
}

const IMAGE = 'ffffffff91600000-ffffffff94230000 kernel image';
const MODULES = 'ffffffffc0000000-ffffffffff000000 modules';
const VMALLOC_LINE = 'ffffd3e380000000-fffff3e380000000 vmalloc';

describe('/proc/kcore of x86_64', () => {
  it('ends the direct map at the highest physical address, not after as much as there is memory', () => {
    // 24 GiB, with a hole below 4 GiB.
    const segments = [image, vmalloc, modules, ...ram(0x1000n, 3n * GIB), ...ram(4n * GIB, 21n * GIB)];
    expect(names(segments)).toEqual([
      'ffff8d4fc0000000-ffff8d5600000000 direct map',
      VMALLOC_LINE,
      'fffffa4a00000000-fffffa4a19000000 vmemmap',
      IMAGE,
      MODULES,
    ]);
    expect(readKcore({ machine: 'x86_64', segments }, X86, null)).toMatchObject({
      directOffset: BASE,
      imageOffset: image.start - 0xb00_0000n,
      modulesStart: modules.start,
    });
  });

  it('ends it later if /proc/iomem shows more memory', () => {
    expect(names(SEGMENTS, X86, 5n * GIB)[0]).toBe('ffff8d4fc0000000-ffff8d5100000000 direct map');
    expect(names(SEGMENTS, X86, GIB)[0]).toBe('ffff8d4fc0000000-ffff8d5080100000 direct map');
  });

  it('gives vmemmap in whole sections', () => expect(names(SEGMENTS)).toContain('fffffa4a00000000-fffffa4a03200000 vmemmap'));

  it('does not guess if struct page has another size', () => {
    const segments = [image, vmalloc, modules, ...ram(0x10_0000n, 3n * GIB, 80n)];
    expect(names(segments).filter((line) => line.includes('vmemmap'))).toEqual([]);
  });

  it('tells less about a kernel without physical addresses', () => {
    const segments = SEGMENTS.map((each) => ({ ...each, physical: null }));
    expect(names(segments)).toEqual([VMALLOC_LINE, IMAGE, MODULES]);
    expect(readKcore({ machine: 'x86_64', segments }, X86, null)).toMatchObject({ directOffset: null, imageOffset: null });
  });

  it('does not draw a direct map whose ranges disagree', () =>
    expect(names([...SEGMENTS, segment(BASE + 8n * GIB, GIB, 9n * GIB)])).toEqual([VMALLOC_LINE, IMAGE, MODULES]));

  it('accepts no other size for vmalloc, and so finds no direct map below it', () =>
    expect(names([image, segment(VMALLOC, 2n ** 44n), modules, ...ram(0x1000n, GIB)])).toEqual([IMAGE, MODULES]));

  it('is not used for another machine, below the kernel half, or with an older layout', () => {
    expect(readKcore({ machine: 'i386', segments: SEGMENTS }, X86, null).regions).toEqual([]);
    expect(names([...SEGMENTS, segment(0x1000n, 0x1000n)])).toEqual([]);
    expect(names(SEGMENTS, kernel('x86_64', 34_359_738_367, '4.19.0'))).toEqual([]);
  });
});

describe('/proc/kcore of arm64', () => {
  const arm64 = kernel('aarch64', 133_143_592_960);

  it('tells nothing of the layout before Linux 5.4', () => {
    const segments = [segment(0xffff_8000_4000_0000n, GIB, 0x4000_0000n), segment(0xffff_0000_0800_0000n, 2n ** 40n)];
    expect(readKcore({ machine: 'aarch64', segments }, kernel('aarch64', 133_143_592_960, '4.19.0'), null).regions).toEqual([]);
    // It does not mistake one for the other either.
    expect(readKcore({ machine: 'aarch64', segments }, arm64, null).regions.map(({ name }) => name)).not.toContain('direct map');
  });
});
