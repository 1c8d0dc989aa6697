import type { KernelRanges } from '@procmap/shared/kernel-ranges.ts';
import { END_PAGE_32, END_PAGE_64, PAGE_SIZE } from '@procmap/shared/page.ts';
import { PERM_EXEC, PERM_READ, PERM_WRITE } from '@procmap/shared/perms.ts';
import { Malformed } from './root-files/malformed.ts';
import type { FoundRegion, Span } from './span.ts';

/** Contents of kernel_regions, from procmap's kernel module. */
export interface ModuleRegions {
  readonly regions: readonly FoundRegion[];
  /** `page_offset_base` and so on. */
  readonly values: ReadonlyMap<string, bigint>;
}

const MAX_REGIONS = 64;
const REGION = /^([0-9a-f]+),([0-9a-f]+),([r-][w-][x-]),([A-Za-z0-9_ /.()-]{1,40})$/;
const VALUE = /^([A-Za-z_]{1,40}),([0-9a-f]{1,16})$/;

/**
 * Parses kernel_regions: lines `start,end,mode,name` in descending order of start, then lines `key,value`. The text
 * comes from the kernel, but is validated all the same.
 */
export function parseModuleRegions(text: string, bits: 64 | 32): ModuleRegions {
  const regions: FoundRegion[] = [];
  const values = new Map<string, bigint>();
  for (const line of linesOf(text)) {
    const [, start = '', end = '', mode = '', name = ''] = REGION.exec(line) ?? [];
    if (start !== '' && values.size === 0) {
      const span = spanOf(start, end, bits);
      if (span.start > (regions.at(-1)?.start ?? span.start)) throw new Malformed(`a region above the one before it: ${line}`);
      regions.push({ name, kind: name, ...span, perms: permsOf(mode), source: 'lkm' });
      continue;
    }
    const [, key = '', value = ''] = VALUE.exec(line) ?? [];
    if (key === '') throw new Malformed(`no region and no value: ${line.slice(0, 100)}`);
    values.set(key, BigInt(`0x${value}`));
  }
  if (regions.length === 0 || regions.length > MAX_REGIONS) throw new Malformed(`${regions.length} regions`);
  // These lines come last, so the text is complete.
  if (!values.has('PAGE_SIZE') || !values.has('TASK_SIZE')) throw new Malformed('no PAGE_SIZE or no TASK_SIZE');
  return { regions, values };
}

/**
 * More would only be slow to draw. There is a range for each thread's stack, and for each page of the direct map whose
 * permissions differ from its neighbours'.
 */
export const MAX_RANGES = 262_144;

const RANGE = /^([0-9a-f]+),([0-9a-f]+),([r-][w-][x-]),(?:([1-9][0-9]{0,3})([BKMGTP])|not descended)$/;
const UNITS = 'BKMGTP';
const UNIT_BITS = 10;

/**
 * Parses page_tables: lines `start,end,mode,page size`, in ascending order. null if there are too many: with only the
 * lowest ones, the rest would look unmapped.
 */
export function parseModuleRanges(text: string, bits: 64 | 32): KernelRanges | null {
  const start: number[] = [];
  const end: number[] = [];
  const perms: number[] = [];
  const shift: number[] = [];
  for (const line of linesOf(text)) {
    if (start.length === MAX_RANGES) return null;
    const match = RANGE.exec(line);
    if (match === null) throw new Malformed(`no range: ${line.slice(0, 100)}`);
    const [, from = '', to = '', mode = '', size, unit] = match;
    const first = pageOf(from, bits);
    const last = isTop(to, bits) ? topPage(bits) : pageOf(to, bits);
    if (last <= first || first < (end.at(-1) ?? 0)) throw new Malformed(`not above the range before it: ${line}`);
    start.push(first);
    end.push(last);
    perms.push(permsOf(mode));
    shift.push(size === undefined || unit === undefined ? 0 : shiftOf(Number(size), unit));
  }
  if (start.length === 0) throw new Malformed('no range at all');
  return { start, end, perms, shift };
}

function linesOf(text: string): string[] {
  if (!text.endsWith('\n')) throw new Malformed(text === '' ? 'it is empty' : 'it ends in the middle of a line');
  return text.slice(0, -1).split('\n');
}

function spanOf(start: string, end: string, bits: 64 | 32): Span {
  if (start.length !== bits / 4 || end.length !== bits / 4) throw new Malformed(`not an address of ${bits} bits: ${start},${end}`);
  const span = { start: BigInt(`0x${start}`), end: isTop(end, bits) ? 2n ** BigInt(bits) : BigInt(`0x${end}`) };
  if (span.end <= span.start) throw new Malformed(`ends before it begins: ${start},${end}`);
  return span;
}

/** The top of the address space would need one digit more, so it is printed as the last address. */
function isTop(end: string, bits: 64 | 32): boolean {
  return end === 'f'.repeat(bits / 4);
}

function topPage(bits: 64 | 32): number {
  return bits === 64 ? END_PAGE_64 : END_PAGE_32;
}

function pageOf(address: string, bits: 64 | 32): number {
  if (address.length !== bits / 4 || !address.endsWith('000')) throw new Malformed(`not a page of ${bits} bits: ${address}`);
  return Number.parseInt(address.slice(0, -3), 16);
}

function permsOf(mode: string): number {
  return (mode.startsWith('r') ? PERM_READ : 0) | (mode[1] === 'w' ? PERM_WRITE : 0) | (mode[2] === 'x' ? PERM_EXEC : 0);
}

function shiftOf(size: number, unit: string): number {
  const shift = Math.log2(size) + UNIT_BITS * UNITS.indexOf(unit);
  if (!Number.isInteger(shift) || 2 ** shift < PAGE_SIZE) throw new Malformed(`no size of a page: ${size}${unit}`);
  return shift;
}
