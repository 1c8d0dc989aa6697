import { ReaderClient } from '../../../server/test/reader-client.ts';
import { BareRead } from './bare-read.ts';
import type { Cleanup } from '../cleanup.ts';
import { looks, otherPrograms, steps } from './contestants.ts';
import { measureEvidence } from './evidence.ts';
import { atLeast, atMost, type Measure, type Part } from '../measure.ts';
import { Change, Pipeline } from './pipeline.ts';
import { describe, type Timing } from './reading-text.ts';
import { type Effort, interleave } from '../rounds.ts';
import { LARGE, MILLION, nearest, type Subject } from '../subject.ts';
import { count } from '../table.ts';

/** Minimum duration of a sample, so that neither the clock's resolution nor the way to another process matters. */
const SAMPLE_MS = 2;
const LOOKS: Effort = { fewest: 5, most: 150, forMs: 12_000 };
const STEPS: Effort = { fewest: 3, most: 60, forMs: 6000 };
const EVIDENCE: Effort = { fewest: 10, most: 200, forMs: 6000 };
/** pmap takes seconds. */
const OTHERS: Effort = { fewest: 3, most: 7, forMs: 12_000 };

function effort(full: Effort, quick: boolean): Effort {
  return quick ? { ...full, forMs: full.forMs / 4 } : full;
}

/** Measures reading, parsing and encoding, against a bare loop of read(2) and against other programs. */
export async function measureReading(subjects: readonly Subject[], quick: boolean, cleanup: Cleanup): Promise<Part> {
  const bare = new BareRead(cleanup);
  const reader = new ReaderClient();
  cleanup.defer(() => reader.stop());
  const timings: Timing[] = [];
  for (const subject of subjects) timings.push(await timeSubject(subject, bare, reader, quick));
  const large = nearest(timings, LARGE);
  const evidence = await measureEvidence(effort(EVIDENCE, quick), cleanup);
  const measures = [...(large === undefined ? [] : measuresOf(large)), ...evidence.measures];
  return { measures, text: `${describe(timings)}\n\n${evidence.text}` };
}

async function timeSubject(subject: Subject, bare: BareRead, reader: ReaderClient, quick: boolean): Promise<Timing> {
  const { rows, mapsPath } = subject;
  const pipeline = new Pipeline(subject);
  const { wallMs } = await bare.read(mapsPath, 1);
  const { bytes, reads } = bare;
  const batch = Math.max(1, Math.round(SAMPLE_MS / wallMs));
  await pipeline.whole();
  const ofLooks = await interleave(effort(LOOKS, quick), looks(subject, pipeline, bare, batch));
  const change = await Change.of(pipeline, subject);
  const ofSteps = await interleave(effort(STEPS, quick), steps(subject, pipeline, change, reader, batch));
  // pmap takes minutes for a million mappings.
  const ofOthers = rows > MILLION / 2 ? null : await interleave(effort(OTHERS, quick), otherPrograms(subject));
  return { rows, bytes, reads, deltaBytes: change.frame.length, looks: ofLooks, steps: ofSteps, others: ofOthers };
}

function measuresOf({ looks, others, deltaBytes, rows }: Timing): Measure[] {
  const at = `at ${count(rows)} mappings`;
  return [
    // In CPU time: all of it is work, so it equals the wall time on an idle machine, and hardly changes on a busy one.
    atMost(`read + parse + encode ${at} / bare read loop`, looks.ratio('whole', 'bare', 'cpuMs'), 1.6, 'times'),
    atMost(`unchanged tick ${at} / bare read loop`, looks.ratio('unchanged', 'bare', 'cpuMs'), 1.15, 'times'),
    ...(others === null ? [] : [atLeast(`faster than pmap -X ${at}`, others.wallMs('pmap -X') / looks.wallMs('whole'), 15, 'times')]),
    atMost(`delta for one change ${at}`, deltaBytes, 1024, 'bytes'),
  ];
}
