/**
 * Memory of a process in KiB, as ps(1) and smem(8) print it at the same instant, and what of the system goes with it. Snake case: this is how the API and the stream
 * say it.
 */
export interface Memory {
  /** VmSize and VmRSS of /proc/PID/status, which ps prints as VSZ and RSS. */
  readonly vsz_kb: number;
  readonly rss_kb: number;
  /** RSS of MemTotal in percent, cut to one decimal as ps does. */
  readonly mem_percent: number;
  /** null where /proc/PID/smaps_rollup may not be read. */
  readonly smem: Smem | null;
  readonly mem_total_kb: number;
  /** vm.max_map_count. */
  readonly max_map_count: number;
  /** Unix time in ms. */
  readonly taken_at: number;
  /** Wall time of reading smaps_rollup, ms: the kernel walks the page tables of the process for it. */
  readonly read_ms: number;
}

/** Of /proc/PID/smaps_rollup, as smem sums it. */
export interface Smem {
  readonly swap_kb: number;
  /** Unique set size: private pages, clean and dirty. */
  readonly uss_kb: number;
  /** Proportional set size: each page divided by the number of processes that map it. */
  readonly pss_kb: number;
  readonly rss_kb: number;
}

/** %MEM of ps(1): tenths of a percent, cut and not rounded, 99.9 at most. */
export function memPercent(rssKb: number, memTotalKb: number): number {
  return memTotalKb <= 0 ? 0 : Math.min(999, Math.floor((rssKb * 1000) / memTotalKb)) / 10;
}
