import type { Statistics } from '@procmap/shared/figures/statistics.ts';
import { expect } from 'vitest';
import type { Program } from '../fixtures/fixture.ts';
import { kernelSums, type Sums } from '../kernel-figures.ts';
import type { Space } from './kernel-space.ts';

/**
 * Each command that starts or ends changes the share of the libraries' pages, so figures read a moment later are only
 * close. A statically linked program shares nothing.
 */
const NEAR_KB = 256;
const isAlone = (program: Program): boolean => program === 'assorted';

export function lasting(sums: Sums, program: Program): Sums {
  return isAlone(program) ? sums : { ...sums, pss: null, uss: null };
}

/** `sums`: the kernel's sums, which do not change meanwhile. */
export function expectSums(told: Sums, sums: Sums, pid: number, program: Program): void {
  expect(lasting(told, program)).toEqual(sums);
  const now = kernelSums(pid);
  for (const key of ['pss', 'uss'] as const)
    expect([key, Math.abs((told[key] ?? NaN) - (now[key] ?? NaN)) < (isAlone(program) ? 1 : NEAR_KB)]).toEqual([key, true]);
}

/** Sums that a memory figure of the API or of the stream has. */
export function toldSums(ps: Statistics['ps'], hugetlb: number | null | undefined, smem: Statistics['smem'] | undefined): Omit<Sums, 'inMemory'> {
  const { vsz_kb: vsz, rss_kb: rss } = ps ?? { vsz_kb: NaN, rss_kb: NaN };
  const { swap_kb: swap, uss_kb: uss, pss_kb: pss, rss_kb: smemRss } = smem ?? { swap_kb: NaN, uss_kb: NaN, pss_kb: NaN, rss_kb: NaN };
  return { vsz, rss, hugetlb: hugetlb ?? null, swap, uss, pss, smemRss };
}

export function expectMetrics(text: string, pid: number, program: Program, kernel: { readonly sums: Sums; readonly space: Space } | undefined): void {
  if (kernel === undefined) throw new Error('no such process');
  const { sums, space } = kernel;
  const lines = text.matchAll(new RegExp(`^procmap_process_([a-z_]+)\\{pid="${pid}",comm="${program}"\\} (\\S+)$`, 'gm'));
  const found = new Map(Array.from(lines, ([, name = '', value]) => [name, Number(value)]));
  const kb = (name: string): number | null => (found.has(`${name}_bytes`) ? (found.get(`${name}_bytes`) ?? NaN) / 1024 : null);
  const told = {
    ...{ vsz: kb('virtual_memory'), rss: kb('resident_memory'), hugetlb: kb('hugetlb_memory'), inMemory: kb('in_memory') },
    ...{ swap: kb('swap'), uss: kb('unique_memory'), pss: kb('proportional_memory'), smemRss: sums.smemRss },
  };
  expectSums(told, sums, pid, program);
  expect(Object.fromEntries(found)).toMatchObject({
    mappings: space.mappings,
    mapped_bytes: Number(space.mapped),
    sparse_bytes: Number(space.sparse),
    sparse_regions: space.gaps,
    largest_gap_bytes: Number(space.largest),
    writable_executable_mappings: space.wx,
    map_count_headroom: space.headroom,
  });
  expect(found.get('memory_age_seconds')).toBeGreaterThanOrEqual(0);
}
