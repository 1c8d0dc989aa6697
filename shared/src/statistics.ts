import type { MapMeta } from './frame.ts';
import { Kind } from './kind.ts';
import type { Memory, Smem } from './memory.ts';
import { bytesJson } from './page.ts';
import type { Summary } from './summary.ts';

type ByteCount = number | string;

/** `GET /api/processes/:pid/stats`. Bytes above 2^53 are strings of digits. */
export interface Statistics {
  readonly pid: number;
  readonly comm: string;
  readonly taken_at: string;
  /** The map changed while it was read, even when tried again. */
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
    /** Mappings that are writable where another one of the same memory is executable, and those others. */
    readonly writable_executable_views: number;
    /** Something is mapped at address 0. */
    readonly page_zero: boolean;
    /** Mappings of memory that is mapped more than once, and how much of them is. */
    readonly views: number;
    readonly views_again_bytes: ByteCount;
    readonly no_access: number;
    /** Of the kernel's half, by its page tables; null where nobody walked them. */
    readonly kernel_writable_executable_bytes: ByteCount | null;
  };
  readonly ps: { readonly mem_percent: number; readonly vsz_kb: number; readonly rss_kb: number } | null;
  readonly smem: Smem | null;
  readonly system: { readonly mem_total_kb: number; readonly max_map_count: number; readonly map_count_headroom: number } | null;
  /** Where each figure comes from, by its path in this answer. */
  readonly sources: Readonly<Record<string, string>>;
}

export const SOURCES: Readonly<Record<string, string>> = {
  vas: '/proc/PID/maps; the halves by architecture and paging levels',
  'vas.kernel_writable_executable_bytes': 'page_tables of the kernel module',
  'ps.mem_percent': 'VmRSS of /proc/PID/status, of MemTotal, cut to a tenth as ps(1) does',
  'ps.vsz_kb': 'VmSize of /proc/PID/status',
  'ps.rss_kb': 'VmRSS of /proc/PID/status',
  smem: '/proc/PID/smaps_rollup; smem(8) adds up figures that are rounded down for each mapping, and so may say less PSS',
  'system.mem_total_kb': 'MemTotal of /proc/meminfo',
  'system.max_map_count': '/proc/sys/vm/max_map_count',
  'system.map_count_headroom': 'vm.max_map_count less the mappings that count',
};

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
    smem: memory?.smem ?? null,
    system:
      memory === null
        ? null
        : { mem_total_kb: memory.mem_total_kb, max_map_count: memory.max_map_count, map_count_headroom: mapCountHeadroom(summary, memory.max_map_count) },
    sources: SOURCES,
  };
}

/** How many more mappings the kernel allows (mm/mmap.c). It does not count [vsyscall], which belongs to no process. */
export function mapCountHeadroom({ mappings, kinds }: Summary, maxMapCount: number): number {
  const gate = kinds.find(({ kind }) => kind === Kind.vsyscall)?.count ?? 0;
  return Math.max(0, maxMapCount - (mappings - gate));
}

/** Fewer than a tenth is left: mmap(2), and with it malloc and new threads, will soon fail. */
export function isNearMapLimit(summary: Summary, maxMapCount: number): boolean {
  return mapCountHeadroom(summary, maxMapCount) * 10 < maxMapCount;
}

/** Six significant digits: 3 MB of 128 TB are no zero. */
function percent(part: number, whole: number): number {
  return whole <= 0 ? 0 : Number(((part / whole) * 100).toPrecision(6));
}
