import { readFileSync } from 'node:fs';
import { parseIomem } from '../../../server/src/reader/kernel/iomem.ts';
import { readKcore } from '../../../server/src/reader/kernel/kcore.ts';
import { moduleRegions, parseModules } from '../../../server/src/reader/kernel/loaded-modules.ts';
import { Malformed } from '../../../server/src/reader/kernel/root-files/malformed.ts';
import { type ModuleSections, NO_SECTIONS } from '../../../server/src/reader/kernel/module-sections.ts';
import { parseModuleRanges, parseModuleRegions } from '../../../server/src/reader/kernel/module-files.ts';
import { kernelOf } from '../../../server/src/reader/kernel/places.ts';
import { parseProgramHeaders } from '../../../server/src/reader/kernel/root-files/program-headers.ts';
import { elfText, readElf } from '../../../server/src/files/elf.ts';
import { orRefused, promise, promiseVisible, type Target } from '../target.ts';

const MACHINE = { machine: 'x86_64', vmallocKib: 34_359_738_367, pageSize: 4096, vsyscall: true };
const TOP = 2n ** 64n;
const MAX_READS = 8;
const REGIONS = [
  'ffffffffff600000,ffffffffff601000,--x,vsyscall',
  'ffffffff81000000,ffffffff82000000,r-x,text',
  'ffff888000000000,ffffc88000000000,rw-,direct map',
  'PAGE_SIZE,1000',
  'TASK_SIZE,7ffffffff000',
  '',
].join('\n');
const RANGES = ['ffff888000000000,ffff888000001000,rw-,4K', 'ffffffff81000000,ffffffff81200000,r-x,2M', ''].join('\n');
const IOMEM = '00001000-0009fbff : System RAM\n00100000-bfffffff : System RAM\n  01000000-01a01fff : Kernel code\n  01c00000-021a6fff : Kernel rodata\n';
const MODULES = 'procmap 36864 0 - Live 0xffffffffc0a00000 (OE)\n9p 81920 1 - Live 0xffffffffc0900000\n';

const SECTIONS: ModuleSections = { of: new Map([['procmap', [{ name: '.text', address: 0xffffffff81000000n }]]]), error: null };

function promiseSpan({ start, end }: { readonly start: bigint; readonly end: bigint }): void {
  promise(start >= 0n && start < end && end <= TOP, `a region is a range of addresses, not ${start} to ${end}`);
}

/** An ELF core file with one segment, like /proc/kcore. */
function core(): Buffer {
  const bytes = Buffer.alloc(64 + 56);
  bytes.writeUInt32BE(0x7f454c46, 0);
  bytes.set([2, 1, 1], 4);
  bytes.writeUInt16LE(4, 16);
  bytes.writeUInt16LE(62, 18);
  bytes.writeBigUInt64LE(64n, 32);
  bytes.writeUInt16LE(56, 54);
  bytes.writeUInt16LE(1, 56);
  bytes.writeUInt32LE(1, 64);
  bytes.writeBigUInt64LE(0xffff888000001000n, 64 + 16);
  bytes.writeBigUInt64LE(0x1000n, 64 + 24);
  bytes.writeBigUInt64LE(0x10000n, 64 + 40);
  return bytes;
}

export const KERNEL_HALF: readonly Target[] = [
  {
    name: 'module regions',
    seeds: () => [Buffer.from(REGIONS)],
    words: ['ffffffffffffffff', ',rwx,', ',---,', 'PAGE_SIZE,', 'TASK_SIZE,', 'fixmap region', 'KASAN shadow'],
    run: (input) => {
      for (const bits of [64, 32] as const) {
        const parsed = orRefused(() => parseModuleRegions(input.toString('latin1'), bits), Malformed);
        for (const region of parsed?.regions ?? []) {
          promiseSpan(region);
          promiseVisible(region.name, 'a region');
        }
      }
    },
  },
  {
    name: 'page tables',
    seeds: () => [Buffer.from(RANGES)],
    words: [',rwx,', '4K', '2M', '1G', 'not descended', 'ffffffffffffffff'],
    run: (input) => {
      for (const bits of [64, 32] as const) {
        const ranges = orRefused(() => parseModuleRanges(input.toString('latin1'), bits), Malformed);
        if (ranges === null) continue;
        for (let i = 0; i < ranges.start.length; i++) {
          promise((ranges.start[i] ?? 0) < (ranges.end[i] ?? 0), 'a mapped range is one');
          promise(i === 0 || (ranges.end[i - 1] ?? 0) <= (ranges.start[i] ?? 0), 'mapped ranges ascend');
        }
      }
    },
  },
  {
    name: 'iomem',
    seeds: () => [Buffer.from(IOMEM), readFileSync('/proc/iomem')],
    words: ['System RAM', 'Kernel code', 'Kernel bss', ' : ', 'ffffffffffffffff-'],
    run: (input) => {
      const { ram, code, rodata, data, bss } = parseIomem(input.toString('latin1'));
      for (const span of [...ram, code, rodata, data, bss]) if (span !== null) promise(span.start < span.end, 'physical memory is a range');
    },
  },
  {
    name: 'modules',
    seeds: () => [Buffer.from(MODULES)],
    words: ['Live', 'Unloading', '0xffffffff', ' - ', '\xff'],
    run: (input) => {
      const modules = parseModules(input.toString('latin1'));
      for (const { name } of modules?.list ?? []) promiseVisible(name, 'a module');
      for (const release of ['6.1.0', '6.12.0', '7.0.0'])
        for (const known of [NO_SECTIONS, SECTIONS])
          for (const region of moduleRegions(modules, { arch: 'x86_64', release, pageSize: 4096n }, parseModuleRanges(RANGES, 64), known)) promiseSpan(region);
    },
  },
  {
    name: 'kcore',
    seeds: () => [core()],
    words: ['\x7fELF'],
    run: (input) => {
      const headers = orRefused(() => parseProgramHeaders(input), Malformed);
      if (headers === null) return;
      for (const segment of headers.segments) promiseSpan(segment);
      const kernel = kernelOf(MACHINE, '6.1.0');
      if (kernel === null) throw new Error('x86_64 is known');
      orRefused(() => readKcore(headers, kernel, 0x40000000n), Malformed);
    },
  },
  {
    name: 'elf',
    seeds: () => [readFileSync(process.execPath).subarray(0, 1024)],
    words: ['\x7fELF', '/lib64/ld-linux-x86-64.so.2'],
    run: async (input) => {
      let reads = 0;
      const elf = await readElf((position, length) => {
        promise(length >= 0 && length <= 2 ** 20, `a read is of some bytes, not ${length}`);
        promise(++reads <= MAX_READS, 'an ELF file is read in a few reads');
        return Promise.resolve(input.subarray(Math.min(position, input.length), position + length));
      });
      if (elf !== null) promiseVisible(elfText(elf), 'what an ELF file is');
    },
  },
];
