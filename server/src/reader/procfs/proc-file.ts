import { closeSync, openSync, readSync } from 'node:fs';

/** Where the process file system is: another mount of it in a container, a folder of files in tests. */
export const PROC_ROOT = process.env['PROCMAP_PROC'] ?? '/proc';

const shared = Buffer.allocUnsafeSlow(8192);

/** First 8 KiB of a small file under /proc/PID, as a view that the next call overwrites. Throws the system's error. */
export function readSmall(path: string, most = shared.length): Buffer {
  const file = openSync(path, 'r');
  try {
    let length = 0;
    for (;;) {
      const count = readSync(file, shared, length, most - length, null);
      length += count;
      if (count === 0 || length === most) return shared.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

export function procPath(pid: number, file: string): string {
  return `${PROC_ROOT}/${pid}/${file}`;
}
