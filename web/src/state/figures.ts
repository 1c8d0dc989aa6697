import type { Layout } from '@procmap/shared/layout.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { mapCountHeadroom, SOURCES } from '@procmap/shared/statistics.ts';
import type { Summary } from '@procmap/shared/summary.ts';
import { formatBytes, formatCount, formatPages, formatPercent } from '@procmap/shared/units.ts';

/** One line of the statistics, as text. */
export interface Figure {
  /** Machine word, for tests. */
  readonly id: string;
  readonly term: string;
  /** With its unit; `–` while it is not known. */
  readonly value: string;
  /** What part of a whole it is; '' where there is no whole. */
  readonly share: string;
  /** The same in [0, 1], to be drawn; null where a bar would say nothing. */
  readonly bar: number | null;
  /** What it means, to the last digit, and where it comes from. */
  readonly source: string;
}

const UNKNOWN = '–';

function figure(id: string, term: string, value: string, source: string, share = '', bar: number | null = null): Figure {
  return { id, term, value, share, bar, source };
}

/** Of the address space itself. Shares of 128 TB get no bar: nearly all of them would be empty or full. */
export function spaceFigures(summary: Summary, { end, kernelStart }: Layout, memory: Memory | null): Figure[] {
  const { userPages, mappedPages, sparsePages, mappings, sparseRegions, largestGapPages } = summary;
  const layout = 'by architecture and paging levels';
  const maps = 'from /proc/PID/maps';
  const most = memory?.max_map_count ?? 0;
  return [
    figure('user', 'User VAS', formatPages(userPages), `What this process may use at all, up to TASK_SIZE; ${layout}`),
    figure('kernel', 'Kernel VAS', formatPages(end - kernelStart), `The kernel’s half; ${layout}`),
    figure('mapped', 'Mapped', formatPages(mappedPages), `All mappings of the user VAS together, used or not; ${maps}`, formatPercent(mappedPages, userPages)),
    figure('sparse', 'Sparse', formatPages(sparsePages), `All sparse regions of the user VAS together; ${maps}`, formatPercent(sparsePages, userPages)),
    figure('largest-gap', 'Largest gap', formatPages(largestGapPages), `The largest sparse region; ${maps}`),
    figure('sparse-regions', 'Sparse regions', formatCount(sparseRegions), `How many there are; ${maps}`),
    figure(
      'mappings',
      'Mappings',
      formatCount(mappings),
      `How many there are; ${maps}. The kernel allows vm.max_map_count of them, from ${SOURCES['system.max_map_count'] ?? ''}`,
      most > 0 ? formatPercent(mappings, most) : '',
      most > 0 ? mappings / most : 0,
    ),
    figure(
      'headroom',
      'More allowed',
      memory === null ? UNKNOWN : formatCount(mapCountHeadroom(summary, most)),
      SOURCES['system.map_count_headroom'] ?? '',
      memory === null ? '' : `of ${formatCount(most)}`,
    ),
  ];
}

function kib(id: string, term: string, kb: number | undefined, source: string, whole?: { readonly kb: number; readonly name: string }): Figure {
  if (kb === undefined) return figure(id, term, UNKNOWN, source, '', whole === undefined ? null : 0);
  const of = whole === undefined || whole.kb === 0 ? '' : `${formatPercent(kb, whole.kb)} of ${whole.name}; `;
  return figure(
    id,
    term,
    formatBytes(kb * 1024),
    `${formatCount(kb)} KB; ${of}${source}`,
    of === '' || whole === undefined ? '' : formatPercent(kb, whole.kb),
    whole === undefined ? null : whole.kb === 0 ? 0 : kb / whole.kb,
  );
}

/** As ps(1) prints it. */
export function psFigures(memory: Memory | null): Figure[] {
  const percent = memory?.mem_percent;
  return [
    kib('vsz', 'VSZ', memory?.vsz_kb, `${SOURCES['ps.vsz_kb'] ?? ''}: all that is mapped`),
    kib('rss', 'RSS', memory?.rss_kb, `${SOURCES['ps.rss_kb'] ?? ''}: what of it is in memory`),
    figure(
      'mem-percent',
      '%MEM',
      percent === undefined ? UNKNOWN : `${percent.toFixed(1)} %`,
      SOURCES['ps.mem_percent'] ?? '',
      '',
      percent === undefined ? 0 : percent / 100,
    ),
    kib('mem-total', 'MemTotal', memory?.mem_total_kb, `${SOURCES['system.mem_total_kb'] ?? ''}: what the system has`),
  ];
}

/** As smem(8) prints it. What of the resident set is the process's own is drawn as part of that set. */
export function smemFigures(memory: Memory | null): Figure[] {
  const smem = memory?.smem ?? undefined;
  const source = SOURCES['smem'] ?? '';
  const rss = { kb: smem?.rss_kb ?? 0, name: 'RSS' };
  return [
    kib('smem-rss', 'RSS', smem?.rss_kb, `What is in memory, whoever else maps it; ${source}`),
    kib('pss', 'PSS', smem?.pss_kb, `Each page divided by the number of processes that map it; ${source}`, rss),
    kib('uss', 'USS', smem?.uss_kb, `What nobody else maps, and would be free if the process ended; ${source}`, rss),
    kib('swap', 'Swap', smem?.swap_kb, `What was written to swap space; ${source}`),
  ];
}
