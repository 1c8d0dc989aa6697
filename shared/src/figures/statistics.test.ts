import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tile } from '../intervals.ts';
import { Kind } from '../kind.ts';
import type { Memory } from '../memory.ts';
import { isNearMapLimit, mapCountHeadroom, smemSource, SOURCES, type Statistics, statistics } from './statistics.ts';
import { summarise } from './summary.ts';
import { LAYOUT_64, layouts, type Line, linesIn, manyLines, META, tableOf, ANON_LINE } from '../table.fixture.ts';

const MEMORY: Memory = {
  vsz_kb: 6180,
  rss_kb: 1800,
  mem_percent: 4.5,
  hugetlb_kb: 0,
  smem: { swap_kb: 1, uss_kb: 20, pss_kb: 30, rss_kb: 40 },
  smem_from: 'smaps_rollup',
  smem_error: null,
  mem_total_kb: 40_000,
  max_map_count: 65_530,
  taken_at: 1,
  read_ms: 2,
};
const LINE: Line = { ...ANON_LINE, perms: 7 };
const GUARD: Line = { ...LINE, start: 0x403, end: 0x404, perms: 0 };
const GATE: Line = { ...LINE, start: 0xf_ffff_ffff_f600, end: 0xf_ffff_ffff_f601, perms: 4, kind: Kind.vsyscall, name: '[vsyscall]' };

function statisticsOf(lines: readonly Line[], memory: Memory | null = MEMORY, layout = LAYOUT_64): Statistics {
  return statistics({ ...META, layout }, summarise(tile(tableOf(lines), layout)), memory);
}

describe('the statistics of a process', () => {
  it('are its figures, each with its unit', () => {
    const { sources, ...figures } = statisticsOf([LINE, GUARD, GATE]);
    expect(sources).toBe(SOURCES);
    expect(figures).toEqual({
      pid: 4242,
      comm: META.process.comm,
      taken_at: '2023-11-14T22:13:20.000Z',
      torn: false,
      vas: {
        kernel_bytes: 2 ** 47,
        user_bytes: 2 ** 47 - 4096,
        mappings: 3,
        sparse_regions: 2,
        sparse_bytes: 2 ** 47 - 4096 * 6,
        sparse_percent: 100,
        mapped_bytes: 4 * 4096,
        mapped_percent: 1.16415e-8,
        largest_gap_bytes: 2 ** 47 - 4096 - 0x404 * 4096,
        writable_executable: 1,
        writable_executable_views: 0,
        page_zero: false,
        views: 0,
        views_again_bytes: 0,
        no_access: 1,
        kernel_writable_executable_bytes: null,
      },
      ps: { mem_percent: 4.5, vsz_kb: 6180, rss_kb: 1800 },
      in_memory: { total_kb: 1800, hugetlb_kb: 0 },
      smem: { swap_kb: 1, uss_kb: 20, pss_kb: 30, rss_kb: 40 },
      smem_error: null,
      system: { mem_total_kb: 40_000, max_map_count: 65_530, map_count_headroom: 65_528 },
    });
  });

  it('tell of memory that is mapped more than once, and of page 0', () => {
    const view = { ...LINE, inodeLow: 5, device: 1, kind: Kind.shmem, name: '/memfd:x (deleted)' };
    const lines = [
      { ...LINE, start: 0, end: 1 },
      { ...view, start: 0x400, end: 0x408, perms: 11 },
      { ...view, start: 0x500, end: 0x503, perms: 13 },
      { ...view, start: 0x600, end: 0x601, perms: 9, offset: 7 },
    ];
    expect(statisticsOf(lines).vas).toMatchObject({
      page_zero: true,
      views: 3,
      views_again_bytes: 4 * 4096,
      writable_executable: 1,
      writable_executable_views: 2,
    });
  });

  it('say where each figure comes from, by its path in the answer', () => {
    const answer = statisticsOf([LINE]) as unknown as Record<string, Record<string, unknown>>;
    const figures = ['vas', 'ps', 'in_memory', 'smem', 'system'].flatMap((group) =>
      Object.keys(answer[group] ?? {}).map((figure) => [group, `${group}.${figure}`]),
    );
    for (const [group = '', path = ''] of figures) expect(SOURCES[path] ?? SOURCES[group], path).toMatch(/\/proc|vm\.max_map_count|page_tables/);
    const known = new Set(figures.flat());
    expect(Object.keys(SOURCES).filter((path) => !known.has(path))).toEqual([]);
  });

  it('have nothing of memory that could not be read', () => {
    expect(statisticsOf([LINE], null)).toMatchObject({ ps: null, smem: null, system: null, vas: { mappings: 1 } });
    const why = { error: 'no_permission', message: 'run procmap as root (sudo)' };
    const none = statisticsOf([LINE], { ...MEMORY, smem: null, smem_from: null, smem_error: why });
    expect(none).toMatchObject({ smem: null, smem_error: why, ps: { rss_kb: 1800 } });
  });

  it('have huge pages separately and within the sum of memory; an unknown part makes a sum unknown', () => {
    expect(statisticsOf([LINE], { ...MEMORY, hugetlb_kb: 6144 })).toMatchObject({ ps: { rss_kb: 1800 }, in_memory: { total_kb: 7944, hugetlb_kb: 6144 } });
    expect(statisticsOf([LINE], { ...MEMORY, hugetlb_kb: null }).in_memory).toEqual({ total_kb: null, hugetlb_kb: null });
    expect(statisticsOf([LINE], { ...MEMORY, rss_kb: null }).in_memory).toEqual({ total_kb: null, hugetlb_kb: 0 });
  });

  it('say of PSS where smem differs, and that sums of smaps are of a kernel without smaps_rollup', () => {
    const of = (from: Memory['smem_from']): string[] => {
      const { sources } = statisticsOf([LINE], { ...MEMORY, smem_from: from });
      expect([smemSource('pss_kb', from), smemSource('others', from)]).toEqual([sources['smem.pss_kb'], sources['smem']]);
      return [sources['smem.pss_kb'] ?? '', sources['smem'] ?? ''];
    };
    expect(of('smaps_rollup')).toEqual(['Pss of /proc/PID/smaps_rollup; smem(8) may print up to 1 KB less for each mapping', '/proc/PID/smaps_rollup']);
    const { sources } = statisticsOf([LINE], { ...MEMORY, smem_from: 'smaps' });
    for (const source of Object.values(sources)) expect(source.replace('this kernel has no smaps_rollup', '')).not.toContain('smaps_rollup');
    for (const source of of('smaps')) expect(source).toMatch(/\/proc\/PID\/smaps, added up: this kernel has no smaps_rollup$/);
  });

  it('divide the user half into mapped and sparse, exact to the byte, in any layout', () =>
    fc.assert(
      fc.property(
        layouts.chain((layout) => fc.tuple(fc.constant(layout), linesIn(layout))),
        ([layout, lines]) => {
          const { vas } = statisticsOf(
            lines.filter(({ end }) => end <= layout.taskEnd).map((line) => ({ ...line, kind: Kind.anon })),
            MEMORY,
            layout,
          );
          const first = lines[0];
          const hasTrap = first === undefined || first.start > 0 || first.end > layout.taskEnd;
          expect(BigInt(vas.user_bytes)).toBe(BigInt(layout.taskEnd) * 4096n);
          expect(BigInt(vas.kernel_bytes)).toBe(BigInt(layout.end - layout.kernelStart) * 4096n);
          expect(BigInt(vas.mapped_bytes) + BigInt(vas.sparse_bytes) + (hasTrap ? 4096n : 0n)).toBe(BigInt(vas.user_bytes));
          expect(BigInt(vas.largest_gap_bytes)).toBeLessThanOrEqual(BigInt(vas.sparse_bytes));
          for (const [percent, part] of [
            [vas.sparse_percent, vas.sparse_bytes],
            [vas.mapped_percent, vas.mapped_bytes],
          ] as const) {
            const exact = (100 * Number(part)) / Number(vas.user_bytes);
            expect(Math.abs(percent - exact)).toBeLessThanOrEqual(exact * 5.1e-6);
            expect(percent).toBeLessThanOrEqual(100);
          }
        },
      ),
    ));
});

describe('the headroom of vm.max_map_count', () => {
  it('is what the kernel’s own count leaves, which is without [vsyscall]', () => {
    const headroom = (lines: readonly Line[], most: number): number => mapCountHeadroom(summarise(tile(tableOf(lines), LAYOUT_64)), most);
    expect(headroom([], 65_530)).toBe(65_530);
    expect(headroom([LINE, GUARD], 65_530)).toBe(65_528);
    expect(headroom([LINE, GUARD, GATE], 65_530)).toBe(65_528);
    expect(headroom(manyLines(100), 100)).toBe(0);
    expect(headroom(manyLines(101), 100)).toBe(0);
  });

  it('is short from less than a tenth on', () => {
    const isShort = (count: number, most: number): boolean => isNearMapLimit(summarise(tile(tableOf(manyLines(count)), LAYOUT_64)), most);
    expect([89, 90, 91, 100, 101].map((count) => isShort(count, 100))).toEqual([false, false, true, true, true]);
    expect(isShort(0, 65_530)).toBe(false);
  });
});
