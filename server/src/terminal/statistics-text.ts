import type { MapMeta } from '@procmap/shared/frame.ts';
import { inMemoryKb, type Memory } from '@procmap/shared/memory.ts';
import { mostMappedWords } from '@procmap/shared/figures/most-mapped.ts';
import { isNearMapLimit, mapCountHeadroom, smemSource, SOURCES } from '@procmap/shared/figures/statistics.ts';
import type { Summary } from '@procmap/shared/figures/summary.ts';
import { formatCount, formatPages, formatPercent } from '@procmap/shared/units.ts';
import type { Paint } from './output/paint.ts';

/** Name, value with unit, and source of a figure. */
type Figure = readonly [name: string, value: string, source: string, isAlarm?: boolean];

const MAPS = '/proc/PID/maps';
const NOT_TOLD = 'not told';

/** The figures below a map. `memory`: null if it could not be read, for the reason `why`. `name`: of the process. */
export function statisticsText({ process, layout }: MapMeta, name: string, summary: Summary, memory: Memory | null, why: string, paint: Paint): string {
  const figures = [...addressSpace(summary, layout.end - layout.kernelStart), ...(memory === null ? [] : memoryFigures(memory, summary))];
  const nameWidth = Math.max(...figures.map(([name]) => name.length));
  const valueWidth = Math.max(...figures.map(([, value]) => value.length));
  const lines = figures.map(([name, value, source, isAlarm = false]) => {
    const figure = `${name.padEnd(nameWidth)}  ${value.padStart(valueWidth)}`;
    return `  ${isAlarm ? paint('alarm', figure) : figure}  ${paint(isAlarm ? 'alarm' : 'dim', source)}`.trimEnd();
  });
  const head = paint('bold', `Statistics of process ${process.pid} (${name})`);
  const notes = memory === null ? [`  ${why}`] : memory.smem_error === null ? [] : [`  USS, PSS and swap: ${memory.smem_error.message}`];
  return `${[head, ...lines, ...notes].join('\n')}\n`;
}

function addressSpace(summary: Summary, kernelPages: number): Figure[] {
  const { mappedPages, sparsePages, userPages } = summary;
  return [
    ['user VAS', formatPages(userPages), 'TASK_SIZE of this process'],
    ['kernel VAS', formatPages(kernelPages), 'by architecture and paging levels'],
    ['mappings', formatCount(summary.mappings), MAPS],
    ['mapped', `${formatPages(mappedPages)} (${formatPercent(mappedPages, userPages)})`, 'of the user VAS'],
    ['sparse regions', formatCount(summary.sparseRegions), 'gaps between mappings'],
    ['sparse', `${formatPages(sparsePages)} (${formatPercent(sparsePages, userPages)})`, 'of the user VAS'],
    ['largest gap', formatPages(summary.largestGapPages), ''],
    ['writable and executable', formatCount(summary.writeExec), MAPS],
    ...viewFigures(summary),
    ...(summary.pageZero ? [['page 0', 'mapped', 'a NULL pointer may find something', true] satisfies Figure] : []),
    ...(summary.kernelWriteExecPages === null ? [] : [['kernel W+X', formatPages(summary.kernelWriteExecPages), 'its page tables'] satisfies Figure]),
  ];
}

function viewFigures({ views }: Summary): Figure[] {
  const { mappings, memories, againPages, writeExec } = views;
  return [
    ['W+X in two views', formatCount(writeExec), 'mappings that share memory, writable in one and executable in another', writeExec > 0],
    ...(mappings === 0
      ? []
      : [
          [
            'mapped again',
            formatPages(againPages),
            `in ${formatCount(mappings)} views of ${formatCount(memories)} ${memories === 1 ? 'range' : 'ranges'}: RSS, hugetlb and swap may include up to that much more than once, PSS does not`,
          ] satisfies Figure,
        ]),
  ];
}

function memoryFigures(memory: Memory, summary: Summary): Figure[] {
  const { smem, smem_from: from } = memory;
  return [
    ['ps: %MEM', memory.mem_percent === null ? NOT_TOLD : `${memory.mem_percent.toFixed(1)} %`, 'RSS of MemTotal'],
    ['ps: VSZ', kib(memory.vsz_kb), SOURCES['ps.vsz_kb'] ?? ''],
    ['ps: RSS', kib(memory.rss_kb), SOURCES['ps.rss_kb'] ?? ''],
    ['in memory', kib(inMemoryKb(memory)), 'RSS and hugetlb'],
    ['hugetlb', kib(memory.hugetlb_kb), 'pages of hugetlbfs, which RSS and PSS exclude'],
    ...(smem === null
      ? []
      : ([
          ['smem: swap', kib(smem.swap_kb), smemSource('others', from)],
          ['smem: USS', kib(smem.uss_kb), `${smemSource('others', from)}, private pages`],
          ['PSS', kib(smem.pss_kb), smemSource('pss_kb', from)],
          ['smem: RSS', kib(smem.rss_kb), smemSource('others', from)],
        ] satisfies Figure[])),
    ['MemTotal', kib(memory.mem_total_kb), SOURCES['system.mem_total_kb'] ?? ''],
    mappingsLeft(summary, memory.max_map_count),
  ];
}

function mappingsLeft(summary: Summary, most: number): Figure {
  const isShort = isNearMapLimit(summary, most);
  const culprit = isShort && summary.most !== null ? `: ${mostMappedWords(summary.most)}` : '';
  const source = `${isShort ? 'less than a tenth ' : ''}of vm.max_map_count, ${formatCount(most)}${culprit}`;
  return ['mappings left', formatCount(mapCountHeadroom(summary, most)), source, isShort];
}

function kib(value: number | null): string {
  return value === null ? NOT_TOLD : `${formatCount(value)} KB`;
}
