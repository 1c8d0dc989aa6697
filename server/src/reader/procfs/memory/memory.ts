import { type Memory, memPercent } from '@procmap/shared/memory.ts';
import { errnoName, exiting, type Failure, failure, failureOf, isFailure } from '../process/outcome.ts';
import { byLivingThread, hasEnded, liveFile, type Teller } from '../process/live-file.ts';
import { procPath, PROC_ROOT, readSmall } from '../process/proc-file.ts';
import { readRollup, type Rollup } from './rollup.ts';
import { parseStat, spaceMark } from '../process/stat.ts';
import { parseStatus, type Status } from '../process/status.ts';

/** Attempts, if the process calls exec during each of them. */
const ATTEMPTS = 3;

/**
 * Memory figures of a process; throws the system's error if there is no such process. For smaps_rollup the kernel walks
 * all page tables of the process, which takes seconds for a very large one, and waits while the process changes its
 * map.
 */
export function readMemory(pid: number): Memory {
  const began = performance.now();
  let figures = readOnce(pid);
  // Figures from two address spaces describe neither.
  for (let left = ATTEMPTS - 1; !figures.isOne && left > 0; left--) figures = readOnce(pid);
  const readMs = performance.now() - began;
  const { vsizeKb, rssKb } = figures.status;
  const rollup = figures.isOne ? figures.rollup : failure('unreadable', `process ${pid} keeps starting other programs: its figures would mix them`);
  const { memTotalKb, maxMapCount, hasHugePages } = readSystem();
  const sums = isFailure(rollup) ? null : rollup;
  return {
    vsz_kb: vsizeKb,
    rss_kb: rssKb,
    mem_percent: rssKb === null ? null : memPercent(rssKb, memTotalKb),
    // The value of status is too low if processes share a page table.
    hugetlb_kb: sums?.hugetlbKb ?? figures.status.hugetlbKb ?? (hasHugePages ? null : 0),
    smem: sums?.smem ?? null,
    smem_from: sums?.from ?? null,
    smem_error: isFailure(rollup) ? rollup : null,
    mem_total_kb: memTotalKb,
    max_map_count: maxMapCount,
    taken_at: Date.now(),
    read_ms: readMs,
  };
}

/** `isOne`: all figures belong to the same address space. */
function readOnce(pid: number): { readonly isOne: boolean; readonly rollup: Rollup | Failure; readonly status: Status } {
  const stat = readSmall(procPath(pid, 'stat'));
  const space = spaceMark(stat);
  const first = parseStat(stat) ?? { state: '' };
  const figures = byLivingThread(
    pid,
    first,
    (teller) => ({ rollup: rollupOf(pid, teller), status: parseStatus(readSmall(liveFile(pid, teller, 'status'))) }),
    ({ status }) => status.vsizeKb === null,
  );
  return { ...figures, isOne: space === spaceMark(readSmall(procPath(pid, 'stat'))) };
}

/** The sums, or the reason why there are none. Throws if that thread has ended. */
function rollupOf(pid: number, teller: Teller): Rollup | Failure {
  try {
    return readRollup((file) => liveFile(pid, teller, file)) ?? exiting(pid, teller.thread);
  } catch (error) {
    if (hasEnded(pid, teller, error)) throw error;
    // The answer of smaps_rollup in that case.
    if (errnoName(error) === 'ESRCH') return exiting(pid, teller.thread);
    if (error instanceof RangeError)
      return failure('unreadable', `/proc/${pid}/smaps has a format that procmap does not know; please report it with your kernel version`);
    return failureOf(error, pid);
  }
}

/**
 * Facts about the machine. These files are missing if /proc only shows processes (subset=pid), which is not a fault of
 * the process.
 */
function readSystem(): { readonly memTotalKb: number; readonly maxMapCount: number; readonly hasHugePages: boolean } {
  try {
    const meminfo = readSmall(`${PROC_ROOT}/meminfo`).toString('latin1');
    return {
      memTotalKb: Number(/^MemTotal:\s+([0-9]+) kB$/m.exec(meminfo)?.[1] ?? 0),
      // A kernel without hugetlbfs (CONFIG_HUGETLB_PAGE) leaves this line out.
      hasHugePages: meminfo.includes('\nHugePages_Total:'),
      maxMapCount: Number.parseInt(readSmall(`${PROC_ROOT}/sys/vm/max_map_count`).toString('latin1'), 10),
    };
  } catch (cause) {
    throw new Error('this /proc has no meminfo or no sys/vm/max_map_count', { cause });
  }
}
