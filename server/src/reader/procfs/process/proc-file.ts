import { beat } from '../../../common/beat.ts';
import { closeSync, openSync, readSync } from 'node:fs';

/** Mount point of the process file system: another mount in a container, a folder of files in tests. */
export const PROC_ROOT = process.env['PROCMAP_PROC'] ?? '/proc';

/** Grows to the largest file so far: status has 700 KB if a process is in 65,536 groups, the maximum. */
let shared = Buffer.allocUnsafeSlow(8192);
const MAX_BYTES = 1024 * 1024;

/**
 * Reads a small file under /proc, or its first `most` bytes, into a view that the next call overwrites. The file must
 * be a single record, which the kernel returns as a whole: a read that returns less than requested is the last. Throws
 * the system's error.
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
