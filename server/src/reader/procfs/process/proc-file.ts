import { beat } from '../../../common/beat.ts';
import { closeSync, openSync, readSync } from 'node:fs';

/** Where the process file system is: another mount of it in a container, a folder of files in tests. */
export const PROC_ROOT = process.env['PROCMAP_PROC'] ?? '/proc';

/** Grows to the largest file so far: status is of 700 KB where a process is in 65,536 groups, the most that it can be in. */
let shared = Buffer.allocUnsafeSlow(8192);
const MAX_BYTES = 1024 * 1024;

/**
 * A small file under /proc, or the first `most` bytes of it, as a view that the next call overwrites. One of a single record, which the kernel gives whole: a
 * read that gets less than it asked for was the last. Throws the system's error.
 */
export function readSmall(path: string, most = MAX_BYTES): Buffer {
  beat();
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      if (length === shared.length && length < most) shared = Buffer.concat([shared], 2 * length);
      const asked = Math.min(most, shared.length) - length;
      const count = readSync(file, shared, length, asked, null);
      length += count;
      if (count < asked || length === most) return shared.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

export function procPath(pid: number, file: string): string {
  return `${PROC_ROOT}/${pid}/${file}`;
}
