import type { ThreadEvidence } from '@procmap/shared/use/evidence.ts';
import { liveFile } from '../procfs/process/live-file.ts';
import { isFailure } from '../procfs/process/outcome.ts';
import { readMachine } from '../procfs/machine.ts';
import { LastTexts } from '../reading/last-texts.ts';
import { readMap } from '../reading/map.ts';
import { type MapSeen, ProcessThreads } from './process-threads.ts';
import { TASK_FILES, type TaskFiles } from './task-files.ts';

/** A thread of a fixture: its stack is [low, high), in pages. */
export interface KnownThread {
  readonly tid: number;
  readonly low: number;
  readonly high: number;
}

/** Parses `TID LOW HIGH`, the last words of a line. */
export function knownThread(line: string): KnownThread {
  const [tid, low, high] = line.split(' ').slice(-3);
  return { tid: Number(tid), low: Number.parseInt(low ?? '', 16) / 4096, high: Number.parseInt(high ?? '', 16) / 4096 };
}

/** Looks at the map and the threads of a process, in this process, and counts the files of threads that are read. */
export class Looker {
  readonly #pid: number;
  readonly #files: TaskFiles;
  readonly #last = new LastTexts();
  readonly threads: ProcessThreads;
  #etag: string | null = null;
  /** Since the last look began. */
  opened = 0;

  constructor(pid: number, files: TaskFiles = TASK_FILES) {
    this.#pid = pid;
    const counted = <A extends readonly unknown[], R>(read: (...args: A) => R) => {
      return (...args: A): R => {
        this.opened++;
        return read(...args);
      };
    };
    this.#files = { list: counted(files.list), stackPointer: counted(files.stackPointer), name: counted(files.name) };
    this.threads = this.unseen();
  }

  /** Threads of which nothing is known yet. */
  unseen(): ProcessThreads {
    return new ProcessThreads(this.#pid, this.#files);
  }

  /** A look at the map, as evidence of threads needs it. */
  async see(): Promise<MapSeen> {
    const map = await readMap(this.#pid, this.#etag, readMachine(), this.#last, () => undefined);
    if (isFailure(map)) throw new Error(map.message);
    const { etag, look, table } = map;
    this.#etag = etag;
    const pagemap = liveFile(this.#pid, look, 'pagemap');
    return { threads: look.threads, comm: look.comm, pagemap, hasChanged: table !== null, table: () => table ?? this.#last.table(this.#pid) };
  }

  async look(budgetMs?: number): Promise<ThreadEvidence> {
    const seen = await this.see();
    this.opened = 0;
    this.threads.look(seen, budgetMs);
    return this.threads.evidence;
  }
}

/** Threads of these whose stack was found in the right place. */
export function found({ threads }: ThreadEvidence, known: readonly KnownThread[]): KnownThread[] {
  return known.filter(({ tid, low, high }) => threads.some((seen) => seen.tid === tid && (seen.stackPage ?? 0) >= low && (seen.stackPage ?? 0) < high));
}
