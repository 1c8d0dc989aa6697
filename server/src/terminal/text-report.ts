import type { Summary } from '@procmap/shared/figures/summary.ts';
import { Kind } from '@procmap/shared/kind.ts';
import { formatCount, plural } from '@procmap/shared/units.ts';
import { NO_USE } from '@procmap/shared/use/use-list.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import type { ShowOptions } from '../options.ts';
import { missingSentence } from '../reader/procfs/rights/missing-rights.ts';
import type { SystemInfo } from '../reader/protocol/protocol.ts';
import type { Findings } from './findings.ts';
import { dateText } from './recordings/open-recording.ts';
import { breakdownText } from './breakdown-text.ts';
import { locateText } from './locate-text.ts';
import type { Paint } from './output/paint.ts';
import type { SpaceMap } from './reading/process-map.ts';
import { statisticsText } from './statistics-text.ts';
import { textMap } from './text-map.ts';
import { legendText, platformText, programText, usesText } from './verbose-text.ts';

/** Shown with every torn map. */
export const TORN = 'torn: the map changed while it was read, also on the second try; rows may be from different moments';

/** Everything that a run prints about a map, in chunks: title, map, and additional parts on request. */
export function* textReport(findings: Findings, options: ShowOptions, version: string, paint: Paint): Generator<string> {
  const { space, system, summary, located, memory, uses, breakdown, recorded } = findings;
  const { meta, name, intervals, thread } = space;
  yield `${paint('bold', title(space, system, summary, version))}\n`;
  if (recorded !== null) yield `recorded in ${recorded.name}: the map at ${dateText(recorded.at)}\n`;
  if (recorded !== null && recorded.problem !== '') yield `${paint('warning', `${recorded.name}: ${recorded.problem}`)}\n`;
  if (thread !== null && meta !== null)
    yield `${thread.tid} (${thread.comm}) is a thread of process ${meta.process.pid} (${name}); this is the map of that process\n`;
  if (meta?.cost.torn === true) yield `${paint('warning', TORN)}\n`;
  if (options.half !== 'user' && breakdown === null) yield `kernel half: ${intervals.kernel.half.note}\n`;
  if (recorded === null) yield* hiddenNotes(system);
  yield '\n';
  if (breakdown !== null) {
    if (breakdown.torn) yield `${paint('warning', TORN)}\n`;
    if (options.verbose) yield* machineAndProgram(findings, paint);
    if (options.verbose) yield usesText(uses, paint);
    yield* breakdownText(breakdown.value, memory?.value?.rss_kb ?? null, paint, options.width);
    return;
  }
  if (options.verbose) {
    yield* machineAndProgram(findings, paint);
    yield legendText(uses, paint);
  }
  yield* textMap(intervals, { width: options.width, half: options.half, located, uses }, paint);
  if (located !== null) yield `\n${locateText(intervals, located, options.half, paint)}`;
  if (options.half !== 'kernel' && options.statistics && recorded === null) yield unnamedText(uses);
  if (memory !== null && meta !== null) yield `\n${statisticsText(meta, name, summary, memory.value, memory.why, paint)}`;
}

function* machineAndProgram({ space, system, program }: Findings, paint: Paint): Generator<string> {
  yield platformText(system, space.layout, paint);
  if (program !== null) yield programText(program.value, program.why, space.table, space.layout, paint);
}

/** How many anonymous mappings have no use here, though flags of smaps may tell it. */
function unnamedText({ table, use }: Uses): string {
  let unnamed = 0;
  for (let row = 0; row < table.length; row++) if (use[row] === NO_USE && table.kind[row] === Kind.anon) unnamed++;
  if (unnamed === 0) return '';
  return `\n${plural(unnamed, 'anonymous mapping')} without a use: --breakdown reads smaps too, whose flags tell of more\n`;
}

/** Which other processes cannot be read, and what to do about it. The kernel half has its own note. */
function* hiddenNotes({ root, container, reads_all, missing }: SystemInfo): Generator<string> {
  const [first] = missing;
  if (reads_all || first === undefined) return;
  yield root || container ? `note: ${missingSentence(first)}\n` : `note: without root, only your own processes can be read; sudo procmap reads all of them\n`;
}

function title({ meta, name }: SpaceMap, system: SystemInfo, summary: Summary, version: string): string {
  const what = meta === null ? 'the kernel half' : `process ${meta.process.pid} (${name}), ${formatCount(summary.mappings)} mappings`;
  return `procmap ${version}: ${what}; Linux ${system.kernel_release}, ${system.arch}`;
}
