import type { MapMeta } from '../frame.ts';
import { Kind } from '../kind.ts';
import { inMemoryKb, type Memory, type Smem } from '../memory.ts';
import { bytesJson } from '../page.ts';
import type { Summary } from './summary.ts';

type ByteCount = number | string;

/** `GET /api/processes/:pid/stats`. Bytes above 2^53 are strings of digits. */
export interface Statistics {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  /** The map changed while it was read, even when read again. */
  readonly torn: boolean;
  readonly vas: {
    readonly kernel_bytes: ByteCount;
    readonly user_bytes: ByteCount;
    readonly mappings: number;
    readonly sparse_regions: number;
    readonly sparse_bytes: ByteCount;
    readonly sparse_percent: number;
    readonly mapped_bytes: ByteCount;
    readonly mapped_percent: number;
    readonly largest_gap_bytes: ByteCount;
    readonly writable_executable: number;
    /** Mappings that are writable while another mapping of the same memory is executable, and those others. */
    readonly writable_executable_views: number;
    /** Something is mapped at address 0. */
    readonly page_zero: boolean;
    /** Mappings of memory that is mapped more than once, and the amount mapped repeatedly. */
    readonly views: number;
    readonly views_again_bytes: ByteCount;
    readonly no_access: number;
    /** In the kernel half, by its page tables; null where they were not walked. */
    readonly kernel_writable_executable_bytes: ByteCount | null;
  };
  /** null for anything this kernel does not report, here and below. */
  readonly ps: { readonly mem_percent: number | null; readonly vsz_kb: number | null; readonly rss_kb: number | null } | null;
  /** Sum of `ps.rss_kb` and `hugetlb_kb`. */
  readonly in_memory: { readonly total_kb: number | null; readonly hugetlb_kb: number | null } | null;
  readonly smem: Smem | null;
  /** The reason why `smem` is missing although `ps` is there. */
  readonly smem_error: Memory['smem_error'];
  readonly system: { readonly mem_total_kb: number; readonly max_map_count: number; readonly map_count_headroom: number } | null;
  /** The source of each figure, by its path in this answer. */
  readonly sources: Readonly<Record<string, string>>;
}

/** smem truncates the figure of each mapping to whole KB before it adds them up. */
export const PSS_NOTE = 'smem(8) may print up to 1 KB less for each mapping';

export const SOURCES: Readonly<Record<string, string>> = {
  vas: '/proc/PID/maps; the halves by architecture and paging levels',
  'vas.kernel_writable_executable_bytes': 'page_tables of the kernel module',
  'ps.mem_percent': 'VmRSS of /proc/PID/status as a share of MemTotal, truncated to tenths as in ps(1)',
  'ps.vsz_kb': 'VmSize of /proc/PID/status',
  'ps.rss_kb': 'VmRSS of /proc/PID/status',
  'in_memory.total_kb': 'ps.rss_kb and in_memory.hugetlb_kb together: /proc/PID/status and smaps_rollup',
  'in_memory.hugetlb_kb':
    'Private_Hugetlb and Shared_Hugetlb of /proc/PID/smaps_rollup, else HugetlbPages of /proc/PID/status: pages of hugetlbfs, which RSS and PSS exclude',
  smem: '/proc/PID/smaps_rollup',
  'smem.pss_kb': `Pss of /proc/PID/smaps_rollup; ${PSS_NOTE}`,
  'system.mem_total_kb': 'MemTotal of /proc/meminfo',
  'system.max_map_count': '/proc/sys/vm/max_map_count',
  'system.map_count_headroom': 'vm.max_map_count minus the mappings that count',
};

/** For a kernel without smaps_rollup: the same sums as smem's. */
const FROM_SMAPS = {
  'in_memory.total_kb': 'ps.rss_kb and in_memory.hugetlb_kb together: /proc/PID/status and smaps',
  'in_memory.hugetlb_kb': 'Private_Hugetlb and Shared_Hugetlb of /proc/PID/smaps: pages of hugetlbfs, which RSS and PSS exclude',
  smem: '/proc/PID/smaps, added up: this kernel has no smaps_rollup',
  'smem.pss_kb': 'Pss of /proc/PID/smaps, added up: this kernel has no smaps_rollup',
};

/** The source of a sum of smem, with its caveats. */
export function smemSource(figure: 'pss_kb' | 'others', from: Memory['smem_from']): string {
  const path = figure === 'pss_kb' ? 'smem.pss_kb' : 'smem';
  return (from === 'smaps' ? FROM_SMAPS[path] : SOURCES[path]) ?? '';
}

/** `memory` is null where it could not be read. */
export function statistics({ process, layout, takenAt, cost }: MapMeta, summary: Summary, memory: Memory | null): Statistics {
  const bytes = (pages: number): ByteCount => bytesJson({ page: pages, byte: 0 });
  return {
    pid: process.pid,
    comm: process.comm,
    taken_at: new Date(takenAt).toISOString(),
    torn: cost.torn,
    vas: {
      kernel_bytes: bytes(layout.end - layout.kernelStart),
      user_bytes: bytes(summary.userPages),
      mappings: summary.mappings,
      sparse_regions: summary.sparseRegions,
      sparse_bytes: bytes(summary.sparsePages),
      sparse_percent: percent(summary.sparsePages, summary.userPages),
      mapped_bytes: bytes(summary.mappedPages),
      mapped_percent: percent(summary.mappedPages, summary.userPages),
      largest_gap_bytes: bytes(summary.largestGapPages),
      writable_executable: summary.writeExec,
      writable_executable_views: summary.views.writeExec,
      page_zero: summary.pageZero,
      views: summary.views.mappings,
      views_again_bytes: bytes(summary.views.againPages),
      no_access: summary.noAccess,
      kernel_writable_executable_bytes: summary.kernelWriteExecPages === null ? null : bytes(summary.kernelWriteExecPages),
    },
    ps: memory === null ? null : { mem_percent: memory.mem_percent, vsz_kb: memory.vsz_kb, rss_kb: memory.rss_kb },
    in_memory: memory === null ? null : { total_kb: inMemoryKb(memory), hugetlb_kb: memory.hugetlb_kb },
    smem: memory?.smem ?? null,
    smem_error: memory?.smem_error ?? null,
    system:
      memory === null
        ? null
        : { mem_total_kb: memory.mem_total_kb, max_map_count: memory.max_map_count, map_count_headroom: mapCountHeadroom(summary, memory.max_map_count) },
    sources: memory?.smem_from === 'smaps' ? { ...SOURCES, ...FROM_SMAPS } : SOURCES,
  };
}

/**
 * Number of mappings that the kernel still allows (mm/mmap.c). It does not count [vsyscall], which belongs to no
 * process.
 */
export function mapCountHeadroom({ mappings, kinds }: Summary, maxMapCount: number): number {
  const gate = kinds.find(({ kind }) => kind === Kind.vsyscall)?.count ?? 0;
  return Math.max(0, maxMapCount - (mappings - gate));
}

/** Less than a tenth is left: mmap(2), and with it malloc and new threads, will soon fail. */
export function isNearMapLimit(summary: Summary, maxMapCount: number): boolean {
  return mapCountHeadroom(summary, maxMapCount) * 10 < maxMapCount;
}

/** Six significant digits, so that 3 MB of 128 TB are not shown as zero. */
function percent(part: number, whole: number): number {
  return whole <= 0 ? 0 : Number(((part / whole) * 100).toPrecision(6));
}
