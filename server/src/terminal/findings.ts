import { locate, type Located } from '@procmap/shared/locate.ts';
import type { Memory } from '@procmap/shared/memory.ts';
import type { Program } from '@procmap/shared/program.ts';
import { type Summary, summarise } from '@procmap/shared/summary.ts';
import { Fault } from '../fault.ts';
import type { ShowOptions } from '../options.ts';
import { failureOf } from '../reader/outcome.ts';
import { readMemory } from '../reader/procfs/memory.ts';
import { readProgram } from '../reader/procfs/program.ts';
import { describeSystem } from '../reader/procfs/system.ts';
import type { SystemInfo } from '../reader/protocol.ts';
import { kernelSpace, readSpace, type SpaceMap } from './process-map.ts';

/** Something that was read, or a sentence why it could not be. */
export type Read<T> = { readonly value: T; readonly why: '' } | { readonly value: null; readonly why: string };

/** Everything that is told, read before anything is written. */
export interface Findings {
  readonly space: SpaceMap;
  readonly system: SystemInfo;
  readonly summary: Summary;
  readonly located: Located | null;
  /** null: not asked for. */
  readonly memory: Read<Memory> | null;
  readonly program: Read<Program> | null;
}

/** Throws a Fault. */
export async function find(options: ShowOptions): Promise<Findings> {
  const space = options.pid === null ? kernelSpace() : await readSpace(options.pid);
  const pid = space.meta?.process.pid ?? 0;
  const range = options.locate;
  const located = range === null ? null : locate(space.intervals, range.start, range.length);
  if (range !== null && located === null) throw new Fault(`--locate: this range ends beyond the address space, which is of ${space.layout.bits} bits`);
  return {
    space,
    system: describeSystem(space.machine),
    summary: summarise(space.intervals),
    located,
    memory: options.statistics && pid !== 0 ? await attempt(pid, readMemory) : null,
    program: options.verbose && pid !== 0 ? await attempt(pid, readProgram) : null,
  };
}

async function attempt<T>(pid: number, read: (pid: number) => Promise<T>): Promise<Read<T>> {
  try {
    return { value: await read(pid), why: '' };
  } catch (error) {
    return { value: null, why: failureOf(error, pid).message };
  }
}
