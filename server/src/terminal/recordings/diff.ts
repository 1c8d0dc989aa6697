import { comparisonSentences } from '@procmap/shared/compare/sentence.ts';
import { compare } from '@procmap/shared/compare/comparison.ts';
import type { Side } from '@procmap/shared/compare/compare.ts';
import { NO_KERNEL_HALF } from '@procmap/shared/kernel-half.ts';
import { identify } from '@procmap/shared/use/rules/identify.ts';
import { Fault } from '../../common/fault.ts';
import { writeOut } from '../../common/stdout.ts';
import type { DiffOptions } from '../../options.ts';
import type { Machine } from '../../reader/procfs/machine.ts';
import { askObjects } from '../reading/ask-objects.ts';
import { readSpace, type SpaceMap, thisMachine } from '../reading/process-map.ts';
import { usesOf } from '../reading/read-uses.ts';
import { colourful, plain } from '../output/paint.ts';
import { diffCsv, diffJson, diffText } from './diff-text.ts';
import { findMoment } from './find-moment.ts';
import { dateText } from './open-recording.ts';

/** One of the compared maps. */
export interface Compared extends Side {
  /** `process 12 (cat) at 2026-12-01T12:00:00.000Z`. */
  readonly title: string;
  readonly pid: number;
  readonly startTime: number;
  readonly takenAt: number;
}

/** Different, and trouble, as diff(1) says it. */
const DIFFERENT = 1;
const TROUBLE = 2;

/** procmap diff: compares two maps. Throws a Fault; sets the exit status. */
export async function diff(options: DiffOptions): Promise<void> {
  try {
    const machine = thisMachine();
    const [first, second] = [await sideOf(options.first, machine), await sideOf(options.second, machine)];
    const isOne = first.pid === second.pid && first.startTime === second.startTime;
    const comparison = compare(first, second, options.by ?? (isOne ? 'address' : 'content'));
    const seconds = isOne && second.takenAt > first.takenAt ? (second.takenAt - first.takenAt) / 1000 : null;
    const paint = options.colour && process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '' ? colourful : plain;
    const of = { first, second, comparison, seconds, sentences: comparisonSentences(comparison, seconds) };
    await writeOut(options.format === 'json' ? diffJson(of) : options.format === 'csv' ? diffCsv(of) : diffText(of, paint));
    if (!comparison.isSame) process.exitCode = DIFFERENT;
  } catch (error) {
    throw error instanceof Fault ? new Fault(error.message, TROUBLE) : error;
  }
}

async function sideOf(side: DiffOptions['first'], machine: Machine): Promise<Compared> {
  if ('file' in side) {
    const { recording, at, space, evidence } = await findMoment(side.file, side.at);
    return comparedOf(space, identify(space.table, { ...evidence, flags: null }), (of) => `${recording.name}: ${of}`, at);
  }
  const space = await readSpace(side.pid, machine, NO_KERNEL_HALF);
  const objects = space.meta === null ? null : await askObjects(space.meta.process.pid);
  return comparedOf(space, usesOf(space, { objects, figures: null }), (of) => of, space.meta?.takenAt ?? 0);
}

function comparedOf({ meta, table, layout, name }: SpaceMap, uses: Side['uses'], titled: (of: string) => string, at: number): Compared {
  if (meta === null) throw new Error('a compared map is of a process');
  const { pid, startTime } = meta.process;
  return { table, layout, uses, pid, startTime, takenAt: at, title: titled(`process ${pid} (${name}) at ${dateText(at)}`) };
}
