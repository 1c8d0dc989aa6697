import { type Memory, memPercent, type Smem } from '@procmap/shared/memory.ts';
import { liveFile } from './live-file.ts';
import { procPath, PROC_ROOT, readSmall } from './proc-file.ts';
import { parseStat, spaceMark } from './stat.ts';
import { parseStatus, type Status } from './status.ts';

/** Readings that an exec falls into, one after the other. */
const ATTEMPTS = 3;

/**
 * Memory figures of a process; throws the system's error when there is no such process. For smaps_rollup the kernel walks all page tables of
 * the process, which takes seconds for a very large one, and waits while the process changes its map.
 */
export function readMemory(pid: number): Memory {
  const began = performance.now();
  let figures = readOnce(pid);
  // Figures of two address spaces say nothing of either.
  for (let left = ATTEMPTS - 1; !figures.isOne && left > 0; left--) figures = readOnce(pid);
  const readMs = performance.now() - began;
  const { vsizeKb, rssKb } = figures;
  const smem = figures.isOne ? figures.smem : null;
  const { memTotalKb, maxMapCount } = readSystem();
  return {
    vsz_kb: vsizeKb,
    rss_kb: rssKb,
    mem_percent: memPercent(rssKb, memTotalKb),
    smem,
    mem_total_kb: memTotalKb,
    max_map_count: maxMapCount,
    taken_at: Date.now(),
    read_ms: readMs,
  };
}

/** `isOne`: all of it is of one address space. */
function readOnce(pid: number): { readonly isOne: boolean; readonly smem: Smem | null } & Pick<Status, 'vsizeKb' | 'rssKb'> {
  const stat = readSmall(procPath(pid, 'stat'));
  const space = spaceMark(stat);
  const first = parseStat(stat) ?? { state: '' };
  const smem = readSmem(liveFile(pid, first, 'smaps_rollup'));
  const status = parseStatus(readSmall(liveFile(pid, first, 'status')));
  return { ...status, smem, isOne: space === spaceMark(readSmall(procPath(pid, 'stat'))) };
}

/** Of the machine. Its files are missing where /proc is mounted for processes alone (subset=pid), which is no fault of the process. */
function readSystem(): { readonly memTotalKb: number; readonly maxMapCount: number } {
  try {
    return {
      memTotalKb: kibOf(readSmall(`${PROC_ROOT}/meminfo`).toString('latin1'), 'MemTotal'),
      maxMapCount: Number.parseInt(readSmall(`${PROC_ROOT}/sys/vm/max_map_count`).toString('latin1'), 10),
    };
  } catch (cause) {
    throw new Error('this /proc has no meminfo or no sys/vm/max_map_count', { cause });
  }
}

/** null when the file may not be read, or has nothing to say (a process that is ending). */
function readSmem(path: string): Smem | null {
  try {
    return parseRollup(readSmall(path).toString('latin1'));
  } catch {
    return null;
  }
}

/** Sums as smem(8) makes them of smaps; null for a text that is none of smaps_rollup. */
export function parseRollup(text: string): Smem | null {
  // The first line names an address range, and [rollup].
  if (!text.includes('\nRss:')) return null;
  return {
    swap_kb: kibOf(text, 'Swap'),
    uss_kb: kibOf(text, 'Private_Clean') + kibOf(text, 'Private_Dirty'),
    pss_kb: kibOf(text, 'Pss'),
    rss_kb: kibOf(text, 'Rss'),
  };
}

/** `Label:   123 kB` at the beginning of a line; 0 where there is none. */
function kibOf(text: string, label: string): number {
  const match = new RegExp(`^${label}:\\s+([0-9]+) kB$`, 'm').exec(text);
  return match === null ? 0 : Number(match[1]);
}
