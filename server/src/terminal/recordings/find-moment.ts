import { type KernelHalf, NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { tile } from '@procmap/shared/intervals.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import { decodeEvidence, type RecordedEvidence } from '@procmap/shared/time/evidence-payload.ts';
import { decodeKernel } from '@procmap/shared/time/kernel-payload.ts';
import { decodeSums } from '@procmap/shared/time/sums-payload.ts';
import type { Moment } from '@procmap/shared/time/timeline.ts';
import { Fault } from '../../common/fault.ts';
import type { MomentAsked } from '../../options/moment.ts';
import type { SpaceMap } from '../reading/process-map.ts';
import { openFile, type OpenRecording, timeOf } from './open-recording.ts';

/** What a recording tells of one moment. */
interface FoundMoment {
  readonly recording: OpenRecording;
  readonly at: number;
  readonly space: SpaceMap;
  readonly evidence: RecordedEvidence;
  /** null: it has none of that time. */
  readonly memory: Memory | null;
}

const NO_EVIDENCE: RecordedEvidence = { commandLine: '', threads: null, objects: null };

/** Throws a Fault. */
export async function findMoment(path: string, asked: MomentAsked | null): Promise<FoundMoment> {
  const recording = await openFile(path);
  try {
    return await find(recording, timeOf(recording, asked));
  } catch (error) {
    if (error instanceof RangeError) throw new Fault(`${recording.name}: ${error.message}`);
    throw error;
  }
}

async function find(recording: OpenRecording, at: number): Promise<FoundMoment> {
  const { timeline, head, name } = recording;
  const moment = await timeline.moment(at);
  if (moment === null) throw new Fault(`${name} has no map of that time`);
  const [evidence, kernel, sums] = await Promise.all([timeline.last('EVID', at), timeline.last('KERN', at), timeline.last('SUMS', at)]);
  const told = evidence === null ? NO_EVIDENCE : decodeEvidence(evidence);
  const half = kernel === null ? NO_KERNEL_HALF : decodeKernel(kernel);
  const memory = sums === null ? null : decodeSums(sums);
  return { recording, at, space: spaceOf(moment, half, head.process.name, told), evidence: told, memory };
}

function spaceOf({ meta, table }: Moment, half: KernelHalf, name: string, { threads, commandLine }: RecordedEvidence): SpaceMap {
  const intervals = tile(table, meta.layout, regionParts(half, meta.layout));
  return { meta, name, table, layout: meta.layout, intervals, threads, commandLine, thread: null };
}
