import type { PagesJson } from '@procmap/shared/output/pages-json.ts';
import { expect } from 'vitest';
import { kbOf, type KernelMapping, PAGEMAP } from '../kernel-figures.ts';

/**
 * Compares an answer of `GET /api/processes/:pid/pages` with pagemap and smaps, for a mapping or its beginning.
 * `zeros`: number of pages that are the kernel's zero page, or separate pages in kernels that give one to a mere
 * reader.
 */
export function expectPages({ counts, states }: PagesJson, entries: BigUint64Array, mapping: KernelMapping, zeros: number): void {
  const { perms, inode, flags, block } = mapping;
  const has = (entry: bigint, bit: keyof typeof PAGEMAP): boolean => (entry & PAGEMAP[bit]) !== 0n;
  const count = (fits: (entry: bigint) => boolean): number => entries.reduce((sum, entry) => sum + (fits(entry) ? 1 : 0), 0);
  const present = count((entry) => has(entry, 'present'));
  const file = count((entry) => has(entry, 'present') && has(entry, 'file'));
  const { swapped, marker, ...others } = counts;
  const at = `${mapping.start.toString(16)} ${perms} ${flags}`;
  expect([at, others]).toEqual([
    at,
    {
      present,
      guard: count((entry) => !has(entry, 'present') && has(entry, 'guard')),
      file,
      anonymous: present - file,
      exclusive: count((entry) => has(entry, 'present') && has(entry, 'exclusive')),
    },
  ]);
  expect(Buffer.from(states, 'base64').length).toBe(entries.length);
  const isWhole = BigInt(entries.length) * 4096n === mapping.end - mapping.start;
  // Pages of drivers and of the kernel itself (VmFlags io and pf) count for no process.
  if (isWhole && !/\b(io|pf)\b/.test(flags)) {
    const inMemory = ['Rss', 'Private_Hugetlb', 'Shared_Hugetlb'].reduce((sum, label) => sum + (kbOf(block, label) ?? NaN), 0);
    expect([inMemory / 4, inMemory / 4 + zeros], at).toContain(present);
  }
  const elsewhere = count((entry) => !has(entry, 'present') && !has(entry, 'guard') && has(entry, 'swapped'));
  // Memory of a file, which tmpfs may be: its pages in swap space are not in the page table.
  const mayHide = perms.endsWith('s') || inode !== '0';
  if (swapped === null) expect([at, mayHide]).toEqual([at, true]);
  else if (isWhole) expect([at, 4 * swapped]).toEqual([at, kbOf(block, 'Swap')]);
  if (marker === null) expect([at, swapped]).toEqual([at, null]);
  else expect([at, (swapped ?? 0) + marker]).toEqual([at, elsewhere]);
}
