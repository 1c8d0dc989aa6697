import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MapMeta } from '@procmap/shared/frame.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Process } from '@procmap/shared/messages.ts';
import { labelOf } from '@procmap/shared/text/process-label.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { NOT_TOLD } from '../../server/test/maps-reference.ts';
import { parseMaps, SLACK_BYTES } from '../../server/src/reader/procfs/maps/parse-maps.ts';
import { type Guest, GuestKernel } from '../../server/test/guest-kernel.ts';

/**
 * Data once recorded from a real process and a real kernel, with nothing private in it: for pictures that are always
 * the same.
 */

/** Time of the recording, which pictures show. */
export const TAKEN_AT = Date.UTC(2026, 10, 26, 9, 30, 0);

export const PROCESS = {
  pid: 4213,
  ppid: 1,
  comm: 'python3',
  program: 'python3',
  what: '-m photos.server --port 8000',
  cmdline: 'python3 -m photos.server --port 8000',
  cmdline_omitted: 0,
  uid: 1000,
  user: 'ada',
  state: 'S',
  threads: 4,
  vsize_kb: 397_312,
  rss_kb: 92_416,
  start_time: 20_260,
  kernel_thread: false,
  readable: true,
  own: false,
  answering: true,
};

/** A Python server with its database, and a page of code that it generates itself. */
export function recordedTable(): MappingTable {
  const text = readFileSync(join(import.meta.dirname, 'python3.maps'));
  return tableOfText(text);
}

/** Throws if the text is not that of /proc/PID/maps. */
export function tableOfText(text: Uint8Array): MappingTable {
  const parsed = parseMaps(Buffer.concat([text, Buffer.alloc(SLACK_BYTES)]), text.length, NOT_TOLD);
  if ('malformedAt' in parsed) throw new Error(`no text of maps at byte ${parsed.malformedAt}`);
  return parsed.table;
}

export const META: MapMeta = {
  process: { pid: PROCESS.pid, startTime: PROCESS.start_time, comm: PROCESS.comm },
  layout: { bits: 64, processBits: 64, taskEnd: 2 ** 35 - 1, userEnd: 2 ** 35, kernelStart: 2 ** 52 - 2 ** 35, end: 2 ** 52, pagingLevels: 4 },
  takenAt: TAKEN_AT,
  cost: { readMs: 0.14, parseMs: 0.05, bytes: 25_919, reads: 8, torn: false },
};

export const MEMORY: Memory = {
  vsz_kb: PROCESS.vsize_kb,
  rss_kb: PROCESS.rss_kb,
  mem_percent: 0.6,
  hugetlb_kb: 0,
  smem: { swap_kb: 0, uss_kb: 74_240, pss_kb: 77_816, rss_kb: 92_416 },
  smem_from: 'smaps_rollup',
  smem_error: null,
  mem_total_kb: 16_316_412,
  max_map_count: 65_530,
  taken_at: TAKEN_AT,
  read_ms: 1.8,
};

/** The kernel half of a test guest. */
export async function recordedKernel(guest: Guest = 'amd64-6.12'): Promise<KernelHalf> {
  const kernel = new GuestKernel(guest);
  try {
    return await kernel.half();
  } finally {
    kernel.dispose();
  }
}

/** Processes for the list, including the recorded one. */
export const PROCESSES: readonly Process[] = [
  PROCESS,
  other(1, 'systemd', '/sbin/init', 'root', 21_544, 13_312),
  other(702, 'sshd', 'sshd: /usr/sbin/sshd -D', 'root', 15_436, 9344),
  other(911, 'postgres', 'postgres -D /var/lib/postgresql', 'postgres', 219_160, 30_208),
  other(1388, 'nginx', 'nginx: worker process', 'www-data', 56_908, 7168),
  other(2950, 'node', 'node server.js', 'ada', 1_048_576, 81_920),
  { ...other(2, 'kthreadd', '', 'root', 0, 0), kernel_thread: true },
  { ...other(4388, 'photos-thumb', '', 'ada', 0, 0), state: 'Z' },
];

function other(pid: number, comm: string, cmdline: string, user: string, vsize_kb: number, rss_kb: number): Process {
  const label = labelOf({ comm, exe: '', argv: cmdline === '' ? [] : cmdline.split(cmdline.includes(': ') ? '\0' : ' ') });
  return { ...PROCESS, pid, comm, ...label, cmdline, user, uid: user === 'root' ? 0 : 1000, threads: 1, vsize_kb, rss_kb, start_time: 1000 + pid };
}
