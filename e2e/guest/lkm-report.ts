import type { Arch } from './image/arch.ts';

/** A line of the module's files: [start, end) in bytes, permissions, and the name or, in page_tables, the page size. */
export interface Range {
  readonly start: bigint;
  /** 2^64 (2^32) at the top of the address space. */
  readonly end: bigint;
  readonly mode: string;
  readonly name: string;
}

const VALUE = /^([A-Za-z_]+),([0-9a-f]+)$/;

/** Output of lkm-in-guest.sh. */
export class GuestReport {
  readonly sections: ReadonlyMap<string, string>;
  readonly bits: Arch['bits'];

  constructor(stdout: string, bits: Arch['bits']) {
    const parts = stdout.split(/^=== (\w+)\n/m).slice(1);
    this.sections = new Map(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])));
    this.bits = bits;
  }

  text(section: string): string {
    const text = this.sections.get(section);
    if (text === undefined) throw new Error(`the guest says nothing of ${section}`);
    return text;
  }

  lines(section: string): string[] {
    return this.text(section).split('\n').slice(0, -1);
  }

  /** All ranges of a file. Throws if a line has neither their format nor that of `key,value` after them. */
  ranges(section: string): Range[] {
    const digits = this.bits / 4;
    const range = new RegExp(`^([0-9a-f]{${digits}}),([0-9a-f]{${digits}}),([r-][w-][x-]),([A-Za-z0-9_/ ]+)$`);
    const top = 2n ** BigInt(this.bits) - 1n;
    return this.lines(section).flatMap((line) => {
      const [, start = '', end = '', mode = '', name = ''] = range.exec(line) ?? [];
      if (start !== '') return [{ start: hex(start), end: hex(end) === top ? top + 1n : hex(end), mode, name }];
      if (VALUE.test(line)) return [];
      throw new Error(`not of the form of a line: ${line}`);
    });
  }

  get regions(): Range[] {
    return this.ranges('kernel_regions');
  }

  get runs(): Range[] {
    return this.ranges('page_tables');
  }

  region(name: string): Range {
    const found = this.regions.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`no region ${name}`);
    return found;
  }

  values(section: string): ReadonlyMap<string, bigint> {
    return new Map(this.lines(section).flatMap((line) => [...line.matchAll(new RegExp(VALUE, 'g'))].map(([, key = '', value = '']) => [key, hex(value)])));
  }

  /** A value of kernel_regions. */
  value(key: string): bigint {
    const value = this.values('kernel_regions').get(key);
    if (value === undefined) throw new Error(`no value ${key}`);
    return value;
  }

  /** Address of a symbol in /proc/kallsyms. */
  symbol(name: string): bigint {
    const line = this.lines('kallsyms').find((candidate) => candidate.endsWith(` ${name}`));
    if (line === undefined) throw new Error(`kallsyms has no ${name}`);
    return hex(line.split(' ')[0] ?? '');
  }

  /** [start, end) of ranges with this name in /proc/iomem, at any depth. */
  physical(name: string): Pick<Range, 'start' | 'end'>[] {
    const pattern = new RegExp(`^ *([0-9a-f]+)-([0-9a-f]+) : ${name}$`, 'gm');
    return [...this.text('iomem').matchAll(pattern)].map(([, first = '', last = '']) => ({ start: hex(first), end: hex(last) + 1n }));
  }

  get memoryEnd(): bigint {
    return this.physical('System RAM').reduce((highest, { end }) => (end > highest ? end : highest), 0n);
  }

  /** Name, size and address of each loaded module. */
  get modules(): { name: string; sizeBytes: bigint; start: bigint }[] {
    return this.lines('modules').map((line) => {
      const [name = '', size = '0'] = line.split(' ');
      return { name, sizeBytes: BigInt(size), start: hex(/ 0x[0-9a-f]+/.exec(line)?.[0].trim() ?? '0') };
    });
  }

  /** Section addresses of a loaded module in /sys/module, without those that were freed after loading. */
  sectionsOf(module: string): ReadonlyMap<string, bigint> {
    const lines = this.lines('sections').flatMap((line) => (line.startsWith(`${module}/sections/`) ? [line.slice(module.length + 10)] : []));
    const kept = lines.filter((line) => !/^\.(init|symtab|strtab)/.test(line));
    return new Map(kept.map((line) => [line.split(':')[0] ?? '', hex(line.split(':')[1] ?? '')]));
  }

  get vmallocTotal(): bigint {
    return BigInt(/^VmallocTotal: +(\d+) kB$/m.exec(this.text('meminfo'))?.[1] ?? '') * 1024n;
  }

  /** [start, end) of the PT_LOAD segments of /proc/kcore. */
  get kcoreLoads(): Pick<Range, 'start' | 'end'>[] {
    const elf = Buffer.from(this.text('kcore'), 'base64');
    const PT_LOAD = 1;
    const wide = this.bits === 64;
    const first = wide ? Number(elf.readBigUInt64LE(32)) : elf.readUInt32LE(28);
    const [size, count] = wide ? [elf.readUInt16LE(54), elf.readUInt16LE(56)] : [elf.readUInt16LE(42), elf.readUInt16LE(44)];
    return Array.from({ length: count }, (_, index) => elf.subarray(first + index * size)).flatMap((header) => {
      if (header.readUInt32LE(0) !== PT_LOAD) return [];
      const start = wide ? header.readBigUInt64LE(16) : BigInt(header.readUInt32LE(8));
      return [{ start, end: start + (wide ? header.readBigUInt64LE(40) : BigInt(header.readUInt32LE(20))) }];
    });
  }
}

export function hex(digits: string): bigint {
  return BigInt(`0x${digits.replace(/^0x/, '')}`);
}

/** Union of the permissions. */
export function union(modes: readonly string[]): string {
  return ['r', 'w', 'x'].map((letter) => (modes.some((mode) => mode.includes(letter)) ? letter : '-')).join('');
}
