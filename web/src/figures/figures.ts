import type { Layout } from '@procmap/shared/layout.ts';
import { inMemoryKb, type Memory } from '@procmap/shared/memory.ts';
import { mapCountHeadroom, smemSource, SOURCES } from '@procmap/shared/figures/statistics.ts';
import type { Summary } from '@procmap/shared/figures/summary.ts';
import { formatBytes, formatCount, formatPages, formatPercent } from '@procmap/shared/units.ts';
import { viewsWords } from './remarks.ts';

/** One line of the statistics, as text. */
export interface Figure {
  /** Machine word, for tests. */
  readonly id: string;
  readonly term: string;
  /** With its unit; `–` if unknown. */
  readonly value: string;
  /** Its share of a whole; '' if there is no whole. */
  readonly share: string;
  /** The share in [0, 1] for a bar; null where a bar would say nothing. */
  readonly bar: number | null;
  /** Its meaning, exact value and source. */
  readonly source: string;
}

const UNKNOWN = '–';

function figure(id: string, term: string, value: string, source: string, share = '', bar: number | null = null): Figure {
  return { id, term, value, share, bar, source };
}

/** Figures of the address space itself. Shares of 128 TB get no bar: nearly all of them would be empty or full. */
export function spaceFigures(summary: Summary, { end, kernelStart }: Layout, memory: Memory | null): Figure[] {
  const { userPages, mappedPages, sparsePages, mappings, sparseRegions, largestGapPages } = summary;
  const layout = 'by architecture and paging levels';
  const maps = 'from /proc/PID/maps';
  const most = memory?.max_map_count ?? 0;
  return [
    figure('user', 'User VAS', formatPages(userPages), `All addresses that this process may use, up to TASK_SIZE; ${layout}`),
    figure('kernel', 'Kernel VAS', formatPages(end - kernelStart), `The kernel half; ${layout}`),
    figure('mapped', 'Mapped', formatPages(mappedPages), `All mappings of the user VAS together, used or not; ${maps}`, formatPercent(mappedPages, userPages)),
    figure('sparse', 'Sparse', formatPages(sparsePages), `All sparse regions of the user VAS together; ${maps}`, formatPercent(sparsePages, userPages)),
    figure('largest-gap', 'Largest gap', formatPages(largestGapPages), `The largest sparse region; ${maps}`),
    figure('sparse-regions', 'Sparse regions', formatCount(sparseRegions), `Number of sparse regions; ${maps}`),
    figure(
      'mappings',
      'Mappings',
      formatCount(mappings),
      `Number of mappings; ${maps}. The kernel allows vm.max_map_count of them, from ${SOURCES['system.max_map_count'] ?? ''}`,
      most > 0 ? formatPercent(mappings, most) : '',
      most > 0 ? mappings / most : 0,
    ),
    figure(
      'headroom',
      'Mappings left',
      memory === null ? UNKNOWN : formatCount(mapCountHeadroom(summary, most)),
      SOURCES['system.map_count_headroom'] ?? '',
      memory === null ? '' : `of ${formatCount(most)}`,
    ),
  ];
}

function kib(id: string, term: string, kb: number | null | undefined, source: string, whole?: { readonly kb: number | null; readonly name: string }): Figure {
  if (kb === undefined || kb === null) return figure(id, term, UNKNOWN, source, '', whole === undefined ? null : 0);
  const of = whole === undefined || whole.kb === null || whole.kb === 0 ? '' : `${formatPercent(kb, whole.kb)} of ${whole.name}; `;
  return figure(
    id,
    term,
    formatBytes(kb * 1024),
    `${formatCount(kb)} KB; ${of}${source}`,
    of === '' ? '' : formatPercent(kb, whole?.kb ?? 0),
    whole === undefined ? null : of === '' ? 0 : kb / (whole.kb ?? 0),
  );
}

/** As ps(1) prints it. */
export function psFigures(memory: Memory | null): Figure[] {
  const percent = memory?.mem_percent ?? null;
  return [
    kib('vsz', 'VSZ', memory?.vsz_kb, `${SOURCES['ps.vsz_kb'] ?? ''}: all mapped memory`),
    kib('rss', 'RSS', memory?.rss_kb, `${SOURCES['ps.rss_kb'] ?? ''}: the part in memory, without pages of hugetlbfs`),
    figure(
      'mem-percent',
      '%MEM',
      percent === null ? UNKNOWN : `${percent.toFixed(1)} %`,
      SOURCES['ps.mem_percent'] ?? '',
      '',
      percent === null ? 0 : percent / 100,
    ),
    kib('mem-total', 'MemTotal', memory?.mem_total_kb, `${SOURCES['system.mem_total_kb'] ?? ''}: memory of the system`),
  ];
}

/** All memory in RAM, and the part that ps and smem exclude. */
export function inMemoryFigures(memory: Memory | null): Figure[] {
  const all = memory === null ? null : inMemoryKb(memory);
  return [
    kib('in-memory', 'In memory', all, 'RSS and hugetlb together'),
    kib('hugetlb', 'hugetlb', memory?.hugetlb_kb, SOURCES['in_memory.hugetlb_kb'] ?? '', { kb: all, name: 'all in memory' }),
  ];
}

/** Explains the part of sums of RSS and swap that is counted more than once. */
export function countedAgainWords({ mappings, memories, againPages }: Summary['views']): string {
  return `${formatCount(mappings)} mappings are ${viewsWords(memories)}: RSS, hugetlb and swap may include up to ${formatPages(againPages)} more than once; PSS does not.`;
}

/** As smem(8) prints it. Private memory is drawn as a share of the resident set. */
export function smemFigures(memory: Memory | null): Figure[] {
  const smem = memory?.smem ?? undefined;
  const from = memory?.smem_from ?? null;
  const source = smemSource('others', from);
  const rss = { kb: smem?.rss_kb ?? null, name: 'RSS' };
  return [
    kib('smem-rss', 'RSS', smem?.rss_kb, `Pages in memory, shared or not, without pages of hugetlbfs; ${source}`),
    kib('pss', 'PSS', smem?.pss_kb, `Each page divided by the number of processes that map it; ${smemSource('pss_kb', from)}`, rss),
    kib('uss', 'USS', smem?.uss_kb, `Memory that only this process maps, which would be freed if it ended; ${source}`, rss),
    kib('swap', 'Swap', smem?.swap_kb, `Memory written to swap space; ${source}`),
  ];
}
