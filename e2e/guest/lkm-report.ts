/** A line of the module's files: [start, end) in bytes, what it permits, and its name or, of page_tables, the size of a page. */
export interface Range {
  readonly start: bigint;
  readonly end: bigint;
  readonly mode: string;
  readonly name: string;
}

const RANGE = /^([0-9a-f]{16}),([0-9a-f]{16}),([r-][w-][x-]),([A-Za-z0-9_ ]+)$/;
const VALUE = /^([A-Za-z_]+),([0-9a-f]+)$/;
/** As the module prints an end that is the top of the address space. */
const TOP = 2n ** 64n - 1n;

/** What lkm-in-guest.sh printed, by the names of its sections. */
export function sections(text: string): ReadonlyMap<string, string> {
  const parts = text.split(/^=== (\w+)\n/m).slice(1);
  return new Map(parts.flatMap((part, index) => (index % 2 === 0 ? [[part, parts[index + 1] ?? '']] : [])));
}

export function lines(text: string): string[] {
  return text.split('\n').slice(0, -1);
}

/** All ranges of a file. A line that has not their form, or that of `key,value` behind them, is an error. */
export function ranges(text: string): Range[] {
  return lines(text).flatMap((line) => {
    const [, start = '', end = '', mode = '', name = ''] = RANGE.exec(line) ?? [];
    if (start !== '') return [{ start: hex(start), end: hex(end) === TOP ? TOP + 1n : hex(end), mode, name }];
    if (VALUE.test(line)) return [];
    throw new Error(`not of the form of a line: ${line}`);
  });
}

export function values(text: string): ReadonlyMap<string, bigint> {
  return new Map(lines(text).flatMap((line) => [...line.matchAll(new RegExp(VALUE, 'g'))].map(([, key = '', value = '']) => [key, hex(value)] as const)));
}

export function hex(digits: string): bigint {
  return BigInt(`0x${digits.replace(/^0x/, '')}`);
}

/** The permissions of all of them together. */
export function union(modes: readonly string[]): string {
  return ['r', 'w', 'x'].map((letter) => (modes.some((mode) => mode.includes(letter)) ? letter : '-')).join('');
}
