import { parseRange } from '@procmap/shared/places/address-query.ts';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { findPasted } from '@procmap/shared/places/find-pasted.ts';
import type { Intervals } from '@procmap/shared/intervals.ts';
import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { locate, type Located } from '@procmap/shared/places/locate.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import { type Summary, summarise } from '@procmap/shared/figures/summary.ts';
import { type Breakdown, breakdown } from '@procmap/shared/use/breakdown/breakdown.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { Fault } from '../common/fault.ts';
import type { AddressSpan, ShowOptions } from '../options.ts';
import { failureOf } from '../reader/procfs/process/outcome.ts';
import type { Machine } from '../reader/procfs/machine.ts';
import { readMemory } from '../reader/procfs/memory/memory.ts';
import { describeSystem } from '../reader/reading/system.ts';
import type { SystemInfo } from '../reader/protocol/protocol.ts';
import { askObjects } from './reading/ask-objects.ts';
import { askProgram } from './reading/ask-program.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import type { Read } from './reading/read.ts';
import { readKernelHalf } from './reading/kernel-half.ts';
import { readFigures, usesOf } from './reading/read-uses.ts';
import { findMoment } from './recordings/find-moment.ts';
import { kernelSpace, readSpace, type SpaceMap, thisMachine } from './reading/process-map.ts';

const ONE_BYTE = { page: 0, byte: 1 };

/** All data of a run, read before anything is written. */
export interface Findings {
  readonly space: SpaceMap;
  readonly system: SystemInfo;
  readonly summary: Summary;
  readonly located: Located | null;
  /** null: not requested. */
  readonly memory: Read<Memory> | null;
  readonly program: Read<Program> | null;
  /** What the mappings are for. */
  readonly uses: Uses;
  /** null: not requested. */
  readonly breakdown: ReadBreakdown | null;
  /** The moment of a recording; null: of a living process. */
  readonly recorded: { readonly name: string; readonly at: number; readonly problem: string } | null;
}

/** Where the memory goes, by one read of smaps. */
interface ReadBreakdown {
  readonly value: Breakdown;
  readonly takenAt: number;
  /** The map changed meanwhile. */
  readonly torn: boolean;
}

/** Throws a Fault. */
export async function find(options: ShowOptions): Promise<Findings> {
  const machine = thisMachine();
  if (options.file !== null) return findInFile(options.file, options, machine);
  // The kernel half takes longest to read, so read it only if it is shown, written or searched.
  const isShown = !options.breakdown && (options.half !== 'user' || options.format === 'json') && options.exportMaps !== '-';
  const isWanted = isShown || options.exportKernel !== null || options.locate !== null;
  const half = isWanted ? await readKernelHalf(machine) : NO_KERNEL_HALF;
  const space = options.pid === null ? kernelSpace(machine, half) : await readSpace(options.pid, machine, half);
  const pid = space.meta?.process.pid ?? 0;
  const located = locatedIn(space, options);
  const [objects, read] = await Promise.all([pid === 0 ? null : askObjects(pid), options.breakdown ? readFigures(pid) : null]);
  const uses = usesOf(space, { objects, figures: read?.figures ?? null });
  return {
    space,
    uses,
    breakdown: read === null ? null : { ...read, value: breakdown(uses, read.figures) },
    system: describeSystem(machine),
    summary: summarise(space.intervals),
    located,
    memory: (options.statistics || options.breakdown) && pid !== 0 ? attempt(pid, readMemory) : null,
    program: options.verbose && pid !== 0 ? await askProgram(pid) : null,
    recorded: null,
  };
}

/** The same of a moment of a recording. */
async function findInFile(file: string, options: ShowOptions, machine: Machine): Promise<Findings> {
  const { recording, at, space, evidence, memory } = await findMoment(file, options.at);
  const { kernel_release, arch, host } = recording.head.system;
  return {
    space,
    uses: identify(space.table, { ...evidence, flags: null }),
    breakdown: null,
    system: { ...describeSystem(machine), kernel_release, arch, host, missing: [] },
    summary: summarise(space.intervals),
    located: locatedIn(space, options),
    memory: !options.statistics ? null : memory === null ? { value: null, why: 'the recording has no figures of that time' } : { value: memory, why: '' },
    program: null,
    recorded: { name: recording.name, at, problem: recording.problem },
  };
}

function locatedIn({ intervals, layout }: SpaceMap, { locate: asked }: ShowOptions): Located | null {
  if (asked === null) return null;
  const range = spanOf(asked, intervals);
  const located = locate(intervals, range.start, range.length);
  if (located === null) throw new Fault(`--locate: this range ends beyond the address space, which has ${layout.bits} bits`);
  return located;
}

/** Throws a Fault if the pasted place is not in this map. */
function spanOf(asked: NonNullable<ShowOptions['locate']>, intervals: Intervals): AddressSpan {
  if (!('pasted' in asked)) return asked;
  const found = findPasted(asked.pasted, intervals) ?? parseRange(asked.pasted.trim().toLowerCase());
  if (found === null || 'problem' in found) throw new Fault(`--locate: ${escapeText(found?.problem ?? 'that is no place')}`);
  return { start: found.start, length: found.length ?? ONE_BYTE };
}

function attempt<T>(pid: number, read: (pid: number) => T): Read<T> {
  try {
    return { value: read(pid), why: '' };
  } catch (error) {
    return { value: null, why: failureOf(error, pid).message };
  }
}
