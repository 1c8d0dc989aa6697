/**
 * Memory of a process in KiB, as ps(1) and smem(8) print it at the same instant, with the system's figures that belong
 * to it. null: not reported by the kernel. Snake case, as in the API and the stream.
 */
export interface Memory {
  /** VmSize and VmRSS of /proc/PID/status, which ps prints as VSZ and RSS. */
  readonly vsz_kb: number | null;
  readonly rss_kb: number | null;
  /** RSS of MemTotal in percent, cut to one decimal as ps does. */
  readonly mem_percent: number | null;
  /** Pages of hugetlbfs in memory: the kernel counts them neither in RSS nor in PSS. See inMemoryKb(). */
  readonly hugetlb_kb: number | null;
  /** null where it may not be read; `smem_error` says why. */
  readonly smem: Smem | null;
  /** The file that was summed up: smaps where the kernel has no smaps_rollup (before Linux 4.14). */
  readonly smem_from: SmemFile | null;
  readonly smem_error: { readonly error: string; readonly message: string } | null;
  readonly mem_total_kb: number;
  /** vm.max_map_count. */
  readonly max_map_count: number;
  /** Unix time in ms. */
  readonly taken_at: number;
  /** Wall time of reading these, in ms: the kernel walks the page tables of the process for it. */
  readonly read_ms: number;
}

export const SMEM_FILES = ['smaps_rollup', 'smaps'] as const;
export type SmemFile = (typeof SMEM_FILES)[number];

/** As summed up by smem. */
export interface Smem {
  readonly swap_kb: number | null;
  /** Unique set size: private pages, clean and dirty. */
  readonly uss_kb: number | null;
  /** Proportional set size: each page divided by the number of processes that map it. */
  readonly pss_kb: number | null;
  readonly rss_kb: number | null;
}

/** All memory in RAM: RSS and pages of hugetlbfs. null when one of them is unknown. */
export function inMemoryKb({ rss_kb: rss, hugetlb_kb: hugetlb }: Pick<Memory, 'rss_kb' | 'hugetlb_kb'>): number | null {
  return rss === null || hugetlb === null ? null : rss + hugetlb;
}

/** %MEM of ps(1): tenths of a percent, truncated, 99.9 at most. */
export function memPercent(rssKb: number, memTotalKb: number): number {
  return memTotalKb <= 0 ? 0 : Math.min(999, Math.floor((rssKb * 1000) / memTotalKb)) / 10;
}
