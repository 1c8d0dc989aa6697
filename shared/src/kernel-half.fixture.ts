import fc from 'fast-check';
import type { KernelHalf, KernelRegion } from './kernel-half.ts';
import type { KernelRanges } from './kernel-ranges.ts';
import type { Layout } from './layout.ts';
import { addBytes, type Bytes, PAGE_SIZE } from './page.ts';

/** Kernel halves for tests: one written by hand, and arbitraries for fast-check. */

/** `at` in hex digits; an address to the byte. */
export function placeOf(at: string): Bytes {
  const address = BigInt(`0x${at}`);
  return { page: Number(address >> 12n), byte: Number(address & 0xfffn) };
}

export function kernelRegion(name: string, start: string, end: string, perms: number | null = null, kind = name): KernelRegion {
  return { name, kind, start: placeOf(start), end: placeOf(end), perms, source: 'lkm' };
}

export function rangesOf(rows: readonly (readonly [start: number, end: number, perms: number, shift?: number])[]): KernelRanges {
  return {
    start: rows.map(([start]) => start),
    end: rows.map(([, end]) => end),
    perms: rows.map(([, , perms]) => perms),
    shift: rows.map(([, , , shift = 12]) => shift),
  };
}

const page = (at: string): number => placeOf(at).page;

/**
 * As on x86_64 without KASLR, with 1 GiB of RAM in two ranges, a module, and 8 KiB that are writable and executable.
 */
export const HALF: KernelHalf = {
  source: 'lkm',
  note: 'read from the kernel module of procmap',
  regions: [
    kernelRegion('guard hole', 'ffff800000000000', 'ffff880000000000', 0),
    kernelRegion('direct map', 'ffff888000000000', 'ffff8880c0000000', 7),
    kernelRegion('System RAM', 'ffff888000001000', 'ffff88800009fc00', null, 'System RAM'),
    kernelRegion('System RAM', 'ffff888000100000', 'ffff88803ffe0000', null, 'System RAM'),
    kernelRegion('vmalloc', 'ffffc90000000000', 'ffffe90000000000', 3),
    kernelRegion('kernel image window', 'ffffffff80000000', 'ffffffffc0000000', 7),
    kernelRegion('text', 'ffffffff81000000', 'ffffffff81e00b91', 5),
    kernelRegion('rodata', 'ffffffff82000000', 'ffffffff82400000', 1),
    kernelRegion('data', 'ffffffff82800000', 'ffffffff82a0a840', 3),
    kernelRegion('modules', 'ffffffffc0000000', 'ffffffffff000000', 7),
    kernelRegion('e1000', 'ffffffffc0401000', 'ffffffffc0406000', null, 'module'),
  ],
  ranges: rangesOf([
    [page('ffff888000001000'), page('ffff88800009f000'), 3],
    [page('ffff888000100000'), page('ffff88803fe00000'), 3, 21],
    [page('ffffc90000000000'), page('ffffc90000004000'), 3],
    [page('ffffc90000006000'), page('ffffc9000000a000'), 3],
    [page('ffffffff81000000'), page('ffffffff82000000'), 5, 21],
    [page('ffffffff82000000'), page('ffffffff82400000'), 1, 21],
    [page('ffffffff82800000'), page('ffffffff82b00000'), 3, 21],
    [page('ffffffffc0401000'), page('ffffffffc0403000'), 5],
    [page('ffffffffc0403000'), page('ffffffffc0405000'), 7],
    [page('ffffffffc0405000'), page('ffffffffc0406000'), 3],
  ]),
};

/**
 * Addresses in the kernel half of a layout, close together, so that regions nest, cross, and begin and end in the same
 * pages.
 */
function placesIn({ kernelStart, end }: Layout): fc.Arbitrary<Bytes> {
  const near = fc.integer({ min: -3, max: 12 }).map((pages) => Math.min(end, Math.max(0, kernelStart + pages)));
  const any = fc.integer({ min: kernelStart, max: end });
  return fc
    .tuple(fc.oneof(near, near, any), fc.constantFrom(0, 0, 1, 0x840, 0xb91, PAGE_SIZE - 1))
    .map(([at, byte]) => ({ page: at, byte: at === end ? 0 : byte }));
}

function regionsIn(layout: Layout): fc.Arbitrary<KernelRegion[]> {
  const one = fc.tuple(
    placesIn(layout),
    placesIn(layout),
    fc.constantFrom('text', 'vmalloc', 'direct map', 'modules', 'fixmap'),
    fc.option(fc.integer({ min: 0, max: 7 })),
  );
  return fc.array(
    one.map(([a, b, name, perms]): KernelRegion => {
      const [start, end] = a.page < b.page || (a.page === b.page && a.byte < b.byte) ? [a, b] : [b, a];
      const isEmpty = start.page === end.page && start.byte === end.byte;
      return {
        name,
        kind: name,
        start: isEmpty && start.page > 0 ? { page: start.page - 1, byte: 0 } : start,
        end: isEmpty && start.page === 0 ? addBytes(end, { page: 1, byte: 0 }) : end,
        perms,
        source: 'lkm',
      };
    }),
    { maxLength: 8 },
  );
}

function rangesIn(layout: Layout): fc.Arbitrary<KernelRanges | null> {
  const at = fc.integer({ min: layout.kernelStart, max: Math.min(layout.end, layout.kernelStart + 16) });
  const rows = fc.uniqueArray(at, { maxLength: 8 }).chain((bounds) => {
    const sorted = bounds.sort((a, b) => a - b);
    const pairs = Array.from({ length: Math.floor(sorted.length / 2) }, (_, i) => [sorted[2 * i] ?? 0, sorted[2 * i + 1] ?? 0] as const);
    return fc.tuple(...pairs.map(([start, end]) => fc.integer({ min: 1, max: 7 }).map((perms) => [start, end, perms] as const)));
  });
  return fc.option(rows.map(rangesOf));
}

export function halvesIn(layout: Layout): fc.Arbitrary<KernelHalf> {
  return fc.tuple(regionsIn(layout), rangesIn(layout)).map(([regions, ranges]) => ({ source: 'lkm', note: '', regions, ranges }));
}
