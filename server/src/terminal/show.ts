import { regionsCsv } from '@procmap/shared/output/csv.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { spaceOf } from '@procmap/shared/intervals.ts';
import { locateJson } from '@procmap/shared/output/locate-json.ts';
import { mapJson } from '@procmap/shared/output/map-json.ts';
import { breakdownJson } from '@procmap/shared/use/breakdown/breakdown-json.ts';
import { statistics } from '@procmap/shared/figures/statistics.ts';
import { formatCount } from '@procmap/shared/units.ts';
import { Fault } from '../common/fault.ts';
import type { ShowOptions } from '../options.ts';
import { writeOut } from '../common/stdout.ts';
import { breakdownCsv } from './breakdown-text.ts';
import { refuseLinks, writeFileOrOut } from './writing/export-file.ts';
import { letSignalsKill } from './fatal-signals.ts';
import { find, type Findings } from './findings.ts';
import { appendToLog } from './writing/log-file.ts';
import { colourful, plain } from './output/paint.ts';
import { isShown } from './text-map.ts';
import { TORN, textReport } from './text-report.ts';

/** procmap --pid=PID: draws the map once, and exits. `commandLine`: for the log. Throws a Fault. */
export async function show(options: ShowOptions, version: string, commandLine: readonly string[]): Promise<void> {
  letSignalsKill();
  const began = performance.now();
  refuseLinks(
    [options.exportMaps, options.exportKernel].filter((path) => path !== null),
    options.log === null ? [] : [options.log.path],
  );
  const findings = await find(options);
  if (options.debug) debug(findings, performance.now() - began);
  for (const [path, part] of [
    [options.exportMaps, 'maps'],
    [options.exportKernel, 'kernel'],
  ] as const) {
    if (path !== null) await writeFileOrOut(path, regionsCsv(findings.space.intervals, part, findings.uses));
    if (path !== null && findings.space.meta?.cost.torn === true) process.stderr.write(`procmap: ${TORN}\n`);
    if (path !== null && path !== '-') process.stderr.write(`procmap: wrote the ${part === 'maps' ? part : 'kernel half'} to ${escapeText(path)}\n`);
  }
  const csvOut = options.exportMaps === '-' || options.exportKernel === '-';
  if (options.format === 'csv' && findings.breakdown !== null) await writeOut(breakdownCsv(findings.breakdown.value));
  else if (options.format === 'json' && !csvOut) await writeOut(json(findings, options));
  else if (!csvOut) await writeOut(textReport(findings, options, version, wantsColour(options) ? colourful : plain));
  if (options.log === null) return;
  // Not the JSON or CSV itself: up to 25 MB, it would bury the maps in the log.
  const record =
    options.format !== 'text' || csvOut
      ? [`${csvOut || options.format === 'csv' ? 'CSV' : 'JSON'} went to standard output\n`]
      : textReport(findings, options, version, plain);
  const fault = appendToLog(options.log.path, withHeader(record, findings, commandLine));
  if (fault === null) return;
  if (options.log.chosen) throw new Fault(fault);
  process.stderr.write(`procmap: ${fault} (--no-log: no log)\n`);
}

function wantsColour({ colour }: ShowOptions): boolean {
  const { NO_COLOR = '', TERM = '' } = process.env;
  return colour && process.stdout.isTTY && NO_COLOR === '' && TERM !== 'dumb';
}

function* json({ space, system, summary, located, memory, uses, breakdown }: Findings, { half }: ShowOptions): Generator<string> {
  const { meta, table, intervals } = space;
  // The options guarantee that there is one.
  if (meta === null) return;
  if (breakdown !== null) {
    const { pid, comm } = meta.process;
    const { rss_kb: rss = null, vsz_kb: vsz = null } = memory?.value ?? {};
    const head = { pid, comm, taken_at: new Date(breakdown.takenAt).toISOString(), status_rss_kb: rss, status_vsz_kb: vsz, torn: breakdown.torn };
    yield `${JSON.stringify(breakdownJson(breakdown.value, head))}\n`;
    return;
  }
  yield* mapJson(meta, table, system, intervals.kernel.half, {
    uses,
    include: (all, index) => isShown(all, index, half),
    more: {
      ...(located === null ? {} : { locate: locateJson(intervals, located, meta.cost.torn, uses) }),
      ...(memory === null ? {} : { stats: statistics(meta, summary, memory.value) }),
    },
  });
  yield '\n';
}

function* withHeader(record: Iterable<string>, { space, system }: Findings, commandLine: readonly string[]): Generator<string> {
  const command = ['procmap', ...commandLine].map((word) => escapeText(word)).join(' ');
  const process = space.meta === null ? 'no process' : `pid ${space.meta.process.pid} (${space.name})`;
  yield `\n==== ${new Date().toISOString()} | ${command} | ${process} | Linux ${system.kernel_release} ${system.arch}\n`;
  yield* record;
}

/** Prints timings on standard error. */
function debug({ space, system, memory }: Findings, tookMs: number): void {
  const { meta, intervals } = space;
  const say = (line: string): void => void process.stderr.write(`procmap: debug: ${line}\n`);
  say(`node ${process.versions.node}, uid ${system.uid}, capabilities: ${system.capabilities.join(' ') || 'none'}`);
  if (meta !== null) {
    const { reads, bytes, readMs, parseMs, torn } = meta.cost;
    say(`maps: ${formatCount(bytes)} bytes in ${formatCount(reads)} reads, ${readMs.toFixed(2)} ms; parsed in ${parseMs.toFixed(2)} ms; torn: ${String(torn)}`);
  }
  if (memory !== null && memory.value !== null) say(`smaps_rollup: ${memory.value.read_ms.toFixed(2)} ms`);
  const kernel = Array.from({ length: intervals.length }, (_, i) => spaceOf(intervals, i)).filter((space) => space === 'kernel').length;
  say(`${formatCount(intervals.length)} regions, ${formatCount(kernel)} of the kernel half; source of that: ${intervals.kernel.half.source}`);
  say(`everything was read after ${tookMs.toFixed(1)} ms`);
}
