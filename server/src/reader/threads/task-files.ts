import { opendirSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import { beat } from '../../common/beat.ts';
import { procPath, readSmall } from '../procfs/process/proc-file.ts';
import { parseStackPointer, type StackPointer } from './stack-pointer.ts';

/** Threads of a process that are read. Each costs two files, so more would take seconds. */
export const MAX_THREADS = 65_536;

/** Entries that the kernel is asked for at a time. */
const BATCH = 1024;
const NEWLINE = 0x0a;

/** The files of a process's threads. All functions throw the system's error. */
export interface TaskFiles {
  /** Ids, MAX_THREADS at most. */
  readonly list: (pid: number) => number[];
  readonly stackPointer: (pid: number, tid: number) => StackPointer;
  /** Escaped. */
  readonly name: (pid: number, tid: number) => string;
}

export const TASK_FILES: TaskFiles = {
  list: (pid) => {
    const tids: number[] = [];
    beat();
    const folder = opendirSync(procPath(pid, 'task'), { bufferSize: BATCH });
    try {
      for (let entry = folder.readSync(); entry !== null && tids.length < MAX_THREADS; entry = folder.readSync()) {
        if (tids.length % BATCH === 0) beat();
        tids.push(Number(entry.name));
      }
    } finally {
      folder.closeSync();
    }
    return tids;
  },
  stackPointer: (pid, tid) => parseStackPointer(readSmall(procPath(pid, `task/${tid}/syscall`)).toString('latin1')),
  name: (pid, tid) => {
    const bytes = readSmall(procPath(pid, `task/${tid}/comm`));
    return escapeBytes(bytes.at(-1) === NEWLINE ? bytes.subarray(0, -1) : bytes);
  },
};
