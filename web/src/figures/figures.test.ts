import { Kind } from '@procmap/shared/kind.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Summary } from '@procmap/shared/figures/summary.ts';
import { LAYOUT_64 } from '@procmap/shared/table.fixture.ts';
import { describe, expect, it } from 'vitest';
import { countedAgainWords, type Figure, inMemoryFigures, psFigures, smemFigures, spaceFigures } from './figures.ts';

const summary: Summary = {
  mappings: 733,
  userPages: 0x7ffffffff,
  mappedPages: 2 ** 18,
  sparseRegions: 41,
  sparsePages: 0x7ffffffff - 2 ** 18 - 1,
  largestGapPages: 2 ** 34,
  writeExec: 0,
  views: { mappings: 0, memories: 0, againPages: 0, writeExec: 0 },
  pageZero: false,
  most: null,
  noAccess: 0,
  noAccessPages: 0,
  writeExecPages: 0,
  kernelWriteExecPages: null,
  kinds: [{ kind: Kind.vsyscall, count: 1, pages: 1 }],
};

const memory: Memory = {
  vsz_kb: 2_097_152,
  rss_kb: 262_144,
  mem_percent: 3.1,
  hugetlb_kb: 0,
  smem: { swap_kb: 0, uss_kb: 131_072, pss_kb: 196_608, rss_kb: 262_144 },
  smem_from: 'smaps_rollup',
  smem_error: null,
  mem_total_kb: 8_388_608,
  max_map_count: 65_530,
  taken_at: 0,
  read_ms: 1,
};

function lines(figures: readonly Figure[]): string[] {
  return figures.map(({ term, value, share }) => `${term} ${value} ${share}`.trim());
}

describe('the address space', () => {
  it('is shown with units and shares', () =>
    expect(lines(spaceFigures(summary, LAYOUT_64, memory))).toEqual([
      'User VAS 128 TB',
      'Kernel VAS 128 TB',
      'Mapped 1 GB <0.1 %',
      'Sparse 128 TB >99.9 %',
      'Largest gap 64 TB',
      'Sparse regions 41',
      'Mappings 733 1.1 %',
      'Mappings left 64,798 of 65,530',
    ]));

  it('is shown before memory is known', () => {
    const figures = spaceFigures(summary, LAYOUT_64, null);
    expect(lines(figures).slice(-2)).toEqual(['Mappings 733', 'Mappings left –']);
    // The same lines, so nothing moves when the rest arrives.
    expect(figures.map(({ id, bar }) => [id, bar === null])).toEqual(spaceFigures(summary, LAYOUT_64, memory).map(({ id, bar }) => [id, bar === null]));
  });
});

describe('memory', () => {
  it('is shown as ps and smem print it, exactly where needed', () => {
    expect(lines(psFigures(memory))).toEqual(['VSZ 2 GB', 'RSS 256 MB', '%MEM 3.1 %', 'MemTotal 8 GB']);
    expect(lines(smemFigures(memory))).toEqual(['RSS 256 MB', 'PSS 192 MB 75 %', 'USS 128 MB 50 %', 'Swap 0 B']);
    expect(psFigures(memory)[0]?.source).toBe('2,097,152 KB; VmSize of /proc/PID/status: all mapped memory');
    expect(smemFigures(memory)[1]?.source).toMatch(/^196,608 KB; 75 % of RSS; /);
  });

  it('has the same lines while nothing is known', () => {
    for (const figures of [inMemoryFigures, psFigures, smemFigures]) {
      expect(figures(null).map(({ id, bar }) => [id, bar === null])).toEqual(figures(memory).map(({ id, bar }) => [id, bar === null]));
      expect(new Set(figures(null).map(({ value }) => value))).toEqual(new Set(['–']));
    }
  });

  it('knows a process that has nothing in memory', () => {
    const smem = { swap_kb: 0, uss_kb: 0, pss_kb: 0, rss_kb: 0 };
    expect(smemFigures({ ...memory, smem }).map(({ bar }) => bar)).toEqual([null, 0, 0, null]);
  });

  it('counts huge pages as in memory, and shows them separately', () => {
    expect(lines(inMemoryFigures({ ...memory, hugetlb_kb: 786_432 }))).toEqual(['In memory 1 GB', 'hugetlb 768 MB 75 %']);
    expect(lines(inMemoryFigures(memory))).toEqual(['In memory 256 MB', 'hugetlb 0 B 0 %']);
  });

  it('has no figure for what the kernel does not tell', () => {
    const untold = {
      ...memory,
      vsz_kb: null,
      rss_kb: null,
      mem_percent: null,
      hugetlb_kb: null,
      smem: { swap_kb: null, uss_kb: null, pss_kb: 8, rss_kb: null },
    };
    expect(lines([...inMemoryFigures(untold), ...psFigures(untold), ...smemFigures(untold)])).toEqual([
      'In memory –',
      'hugetlb –',
      'VSZ –',
      'RSS –',
      '%MEM –',
      'MemTotal 8 GB',
      'RSS –',
      'PSS 8 KB',
      'USS –',
      'Swap –',
    ]);
  });

  it('says of PSS that smem may print less, unless it was added up as smem does', () => {
    const pss = (from: Memory['smem_from']): string => smemFigures({ ...memory, smem_from: from }).find(({ id }) => id === 'pss')?.source ?? '';
    expect(pss('smaps_rollup')).toContain('smem(8) may print up to 1 KB less for each mapping');
    expect(pss('smaps')).toContain('no smaps_rollup');
  });
});

it('says what sums hold more than once', () => {
  expect(countedAgainWords({ mappings: 3, memories: 1, againPages: 2 ** 17, writeExec: 0 })).toBe(
    '3 mappings are views of the same memory: RSS, hugetlb and swap may include up to 512 MB more than once; PSS does not.',
  );
  expect(countedAgainWords({ mappings: 5, memories: 2, againPages: 1, writeExec: 0 })).toMatch(
    /^5 mappings are views of 2 ranges of memory: .* 4 KB more than once/,
  );
});
