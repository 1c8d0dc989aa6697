import { inMemoryKb } from '@procmap/shared/memory.ts';
import { PAGE_SIZE } from '@procmap/shared/page.ts';
import { PSS_NOTE } from '@procmap/shared/figures/statistics.ts';
import type { UseWord } from '@procmap/shared/use/use-list.ts';
import { Gauge, type OpenMetricsContentType, Registry } from 'prom-client';
import type { Fleet, FleetMember } from './fleet.ts';

const KIB = 1024;
const ELSE_SMAPS = 'On a kernel without that file: the sum of smaps.';

/** Name without prefix, help text, and value for a process; null: unknown. */
const OF_A_PROCESS: readonly (readonly [name: string, help: string, value: (member: FleetMember) => number | null])[] = [
  ['mappings', 'Mappings of the process, lines of /proc/PID/maps.', ({ summary }) => summary.mappings],
  ['virtual_memory_bytes', 'Virtual size, VSZ of ps(1).', ({ memory }) => kib(memory?.vsz_kb)],
  ['resident_memory_bytes', 'Resident memory, RSS of ps(1): without pages of hugetlbfs.', ({ memory }) => kib(memory?.rss_kb)],
  ['hugetlb_memory_bytes', 'Pages of hugetlbfs in memory, which the kernel counts neither in RSS nor in PSS.', ({ memory }) => kib(memory?.hugetlb_kb)],
  ['in_memory_bytes', 'All that is in memory: RSS and pages of hugetlbfs.', ({ memory }) => (memory === null ? null : kib(inMemoryKb(memory)))],
  [
    'proportional_memory_bytes',
    `Proportional memory, PSS: each page divided by the number of processes that map it. The sum of /proc/PID/smaps_rollup; ${PSS_NOTE}. ${ELSE_SMAPS}`,
    ({ memory }) => kib(memory?.smem?.pss_kb),
  ],
  ['unique_memory_bytes', 'Memory of this process alone, USS of smem(8).', ({ memory }) => kib(memory?.smem?.uss_kb)],
  ['swap_bytes', `Memory that is swapped out, of /proc/PID/smaps_rollup. ${ELSE_SMAPS}`, ({ memory }) => kib(memory?.smem?.swap_kb)],
  ['mapped_bytes', 'Mapped address space.', ({ summary }) => summary.mappedPages * PAGE_SIZE],
  ['sparse_bytes', 'Address space between mappings, the sparse regions.', ({ summary }) => summary.sparsePages * PAGE_SIZE],
  ['sparse_regions', 'Sparse regions.', ({ summary }) => summary.sparseRegions],
  ['largest_gap_bytes', 'The largest sparse region.', ({ summary }) => summary.largestGapPages * PAGE_SIZE],
  ['writable_executable_mappings', 'Mappings that are writable and executable.', ({ summary }) => summary.writeExec],
  [
    'writable_executable_views',
    'Mappings that share memory, writable in one and executable in another, so that code can be written through one and run through the other.',
    ({ summary }) => summary.views.writeExec,
  ],
  ['page_zero_mapped', '1 if address 0 is mapped, else 0.', ({ summary }) => (summary.pageZero ? 1 : 0)],
  ['map_count_headroom', 'Mappings that vm.max_map_count still allows.', ({ headroom }) => headroom],
  ['read_seconds', 'Time that reading its map took.', ({ readMs }) => readMs / 1000],
  ['memory_read_seconds', 'Time that reading its memory figures took.', ({ memory }) => (memory === null ? null : memory.read_ms / 1000)],
  ['memory_age_seconds', 'Age of its memory figures: costly ones are read seldom.', ({ memoryAgeMs }) => (memoryAgeMs === null ? null : memoryAgeMs / 1000)],
  ['use_read_seconds', 'Time that reading its memory by use took, from smaps.', ({ useMemory }) => (useMemory === null ? null : useMemory.readMs / 1000)],
  ['use_age_seconds', 'Age of its memory by use: smaps is costly, and read seldom.', ({ useAgeMs }) => (useAgeMs === null ? null : useAgeMs / 1000)],
];

type ByUse = Iterable<readonly [use: UseWord | null, value: number | null]>;

/** The word for what has no use. */
const NOT_KNOWN = 'not_known';
const WHAT_THAT_IS = `${NOT_KNOWN} is what no evidence tells`;
/** The same for each use of its memory. */
const OF_A_USE: readonly (readonly [name: string, help: string, values: (member: FleetMember) => ByUse])[] = [
  [
    'use_mapped_bytes',
    `Mapped address space by what it is for, by names, stack pointers and ELF headers; ${WHAT_THAT_IS}. The sum is procmap_process_mapped_bytes.`,
    ({ mapped }) => Array.from(mapped, ([use, pages]) => [use, pages * PAGE_SIZE]),
  ],
  [
    'use_resident_bytes',
    `What is in memory by what it is for, pages of hugetlbfs included; ${WHAT_THAT_IS}. From /proc/PID/smaps, whose flags tell more than the evidence for use_mapped_bytes.`,
    ({ useMemory }) => (useMemory?.rows ?? []).map(({ use, residentKb }) => [use, kib(residentKb)]),
  ],
  [
    'use_swap_bytes',
    'What is swapped out by what it is for, from the same read of /proc/PID/smaps.',
    ({ useMemory }) => (useMemory?.rows ?? []).map(({ use, swapKb }) => [use, kib(swapKb)]),
  ],
];

/** The current metrics as OpenMetrics text, with its content type. */
export async function metricsText(version: string, { members, leftOut }: Fleet): Promise<{ type: string; text: string }> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  const registers = [registry as unknown as Registry];
  new Gauge({ name: 'procmap_info', help: 'The version of procmap.', labelNames: ['version'], registers }).set({ version }, 1);
  new Gauge({ name: 'procmap_metrics_processes', help: 'Processes in these metrics.', registers }).set(members.length);
  new Gauge({
    name: 'procmap_metrics_processes_left_out',
    help: 'Matching processes that are left out: too many, not read in time, or held by the kernel.',
    registers,
  }).set(leftOut);
  for (const [name, help, value] of OF_A_PROCESS) {
    const gauge = new Gauge({ name: `procmap_process_${name}`, help, labelNames: ['pid', 'comm'], registers });
    for (const member of members) {
      const of = value(member);
      if (of !== null) gauge.set({ pid: member.pid, comm: member.comm }, of);
    }
  }
  for (const [name, help, values] of OF_A_USE) {
    const gauge = new Gauge({ name: `procmap_process_${name}`, help, labelNames: ['pid', 'comm', 'use'], registers });
    // The use alone: whose memory it is (of) are names of threads and files, which must not get out, and are many.
    for (const member of members)
      for (const [use, value] of values(member)) if (value !== null) gauge.set({ pid: member.pid, comm: member.comm, use: use ?? NOT_KNOWN }, value);
  }
  return { type: registry.contentType, text: await registry.metrics() };
}

function kib(value: number | null | undefined): number | null {
  return value === undefined || value === null ? null : value * KIB;
}
