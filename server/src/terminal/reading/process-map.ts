import { decodeFrame } from '@procmap/shared/codec.ts';
import { shorten } from '@procmap/shared/text/command-words.ts';
import type { MapMeta } from '@procmap/shared/frame.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import type { KernelHalf } from '@procmap/shared/kernel-half.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import { EMPTY_TABLE, type MappingTable } from '@procmap/shared/region.ts';
import { MAX_PID } from '@procmap/shared/pid.ts';
import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import type { ProcessLabel } from '@procmap/shared/text/process-label.ts';
import { setTimeout } from 'node:timers/promises';
import { readCommandLine } from '../../reader/procfs/process/command-line.ts';
import { liveFile } from '../../reader/procfs/process/live-file.ts';
import type { Look } from '../../reader/procfs/process/look.ts';
import { ProcessThreads } from '../../reader/threads/process-threads.ts';
import { Fault, partialProcFault } from '../../common/fault.ts';
import { LastTexts } from '../../reader/reading/last-texts.ts';
import { readMap } from '../../reader/reading/map.ts';
import { failureOf, isFailure } from '../../reader/procfs/process/outcome.ts';
import { type Machine, machineLayout, readMachine } from '../../reader/procfs/machine.ts';
import { procPath, readSmall } from '../../reader/procfs/process/proc-file.ts';
import { readLabel } from '../../reader/procfs/process/read-label.ts';
import { parseStat } from '../../reader/procfs/process/stat.ts';
import { parseStatus } from '../../reader/procfs/process/status.ts';

/** Maximum length of a name, so that its line stays readable. */
const NAME_CHARACTERS = 60;

/** The map to draw: of a process, or of the kernel half alone. */
export interface SpaceMap {
  /** null: no process was requested. */
  readonly meta: MapMeta | null;
  readonly table: MappingTable;
  readonly layout: Layout;
  readonly intervals: Intervals;
  /** Name of the process for people; '' without a process. */
  readonly name: string;
  /** Its threads and where their stacks are; null: no process. */
  readonly threads: ThreadEvidence | null;
  /** Its arguments, separated by spaces, escaped; '': none, or not told. */
  readonly commandLine: string;
  /** The requested thread, by id and name, if it is not the first of its process. */
  readonly thread: { readonly tid: number; readonly comm: string } | null;
}

/**
 * Reads the map of the process with this id, or of the process of the thread with this id. Reads in this process, with
 * the rights of its user. Throws a Fault.
 */
export async function readSpace(pid: number, machine: Machine, half: KernelHalf): Promise<SpaceMap> {
  if (pid > MAX_PID) throw new Fault(`there is no process ${pid}`);
  const thread = threadOf(pid);
  const answer = await readMap(thread?.tgid ?? pid, null, machine, new LastTexts(), () => undefined);
  if (isFailure(answer)) throw new Fault(answer.message);
  const frame = decodeFrame(answer.frame ?? new Uint8Array(0));
  if (frame.type !== 'snapshot') throw new Error('the reader made no snapshot');
  const { meta, table } = frame;
  const { pid: leader, comm } = meta.process;
  return {
    meta,
    name: nameOf(readLabel(leader, comm)),
    table,
    layout: meta.layout,
    intervals: tile(table, meta.layout, regionParts(half, meta.layout)),
    threads: await readThreads(leader, answer.look, table),
    commandLine: commandLineOf(leader, answer.look),
    thread,
  };
}

/** The address space of this machine, without a process. */
export function kernelSpace(machine: Machine, half: KernelHalf): SpaceMap {
  const layout = machineLayout(machine);
  if (layout === null) throw new Fault(`procmap does not know the address-space layout of ${machine.machine}`);
  return {
    meta: null,
    name: '',
    table: EMPTY_TABLE,
    layout,
    intervals: tile(EMPTY_TABLE, layout, regionParts(half, layout)),
    threads: null,
    commandLine: '',
    thread: null,
  };
}

/** Looks a few times: a thread that runs tells no stack pointer. */
const LOOKS = 3;
const PAUSE_MS = 20;
/** Enough for the tens of thousands of threads that a machine has at most. */
const MAX_LOOKS = 2000;

async function readThreads(pid: number, now: Look, table: MappingTable): Promise<ThreadEvidence> {
  const threads = new ProcessThreads(pid);
  const seen = { threads: now.threads, comm: now.comm, pagemap: liveFile(pid, now, 'pagemap'), table: () => table };
  let complete = 0;
  for (let i = 0; i < MAX_LOOKS && complete < LOOKS; i++) {
    threads.look({ ...seen, hasChanged: i === 0 });
    const { left, threads: found } = threads.evidence;
    if (left > 0) continue;
    if (found.every(({ stackPage }) => stackPage !== null)) break;
    if (++complete < LOOKS) await setTimeout(PAUSE_MS);
  }
  return threads.evidence;
}

export function commandLineOf(pid: number, now: Look): string {
  try {
    return readCommandLine(pid, now).argv.join(' ');
  } catch {
    return '';
  }
}

/** Needs meminfo, which tells how the address space is divided. */
export function thisMachine(): Machine {
  try {
    return readMachine();
  } catch {
    throw partialProcFault('/proc/meminfo');
  }
}

export function nameOf({ program, what }: ProcessLabel): string {
  return shorten(`${program} ${what}`.trimEnd(), NAME_CHARACTERS);
}

/** null for the first thread, whose id is that of the process. */
export function threadOf(pid: number): { readonly tid: number; readonly tgid: number; readonly comm: string } | null {
  try {
    const { tgid } = parseStatus(readSmall(procPath(pid, 'status')));
    if (tgid === pid || tgid === 0) return null;
    return { tid: pid, tgid, comm: parseStat(readSmall(procPath(pid, 'stat')))?.comm ?? '' };
  } catch (error) {
    throw new Fault(failureOf(error, pid).message);
  }
}
