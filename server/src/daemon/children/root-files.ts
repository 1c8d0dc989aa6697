import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';

/**
 * Files that only root may open, for a reader that is not root (received in reader/kernel/root-files/handed-files.ts):
 * - descriptor 4: /proc/iomem. It shows its addresses if root opened it. Empty if it does not exist.
 * - descriptor 5: a pipe with the headers of /proc/kcore, or the name of the error from opening it (`EPERM`). Never a
 *   descriptor of that file itself: it contains all of the kernel's memory.
 * The reader works without them: if something fails here it still starts, and reports what is missing.
 */
export class HandedRootFiles {
  readonly #iomem = openOrEmpty(`${PROC}/iomem`);
  readonly #kcore = kcoreHeaders(`${PROC}/kcore`);

  /** Values for stdio[4] and stdio[5]. */
  get stdio(): [number, 'pipe'] {
    return [this.#iomem, 'pipe'];
  }

  /** Call after the child has started: it has its own descriptor then. */
  handOver(child: ChildProcess): void {
    closeSync(this.#iomem);
    // undefined if the child could not be started.
    const pipe = (child.stdio as readonly unknown[] | undefined)?.[PIPE] as Writable | null | undefined;
    // The child may end before it has read everything.
    pipe?.on('error', () => undefined);
    pipe?.end(this.#kcore);
  }
}

/** As in the environment of the children (launch.ts). */
const PROC = resolve(process.env['PROCMAP_PROC'] ?? '/proc');
const PIPE = 5;

/** Opens /dev/null instead of passing 'ignore': with that, Node would use the descriptor for something of its own. */
function openOrEmpty(path: string): number {
  try {
    return openSync(path, 'r');
  } catch {
    return openSync('/dev/null', 'r');
  }
}

const MAX_BYTES = 256 * 1024;
const FIRST_BYTES = 64;
const CLASS_64 = 2;

/** The file up to the end of its program headers, or the name of an error. */
export function kcoreHeaders(path: string): Buffer {
  try {
    const file = openSync(path, 'r');
    try {
      return readHeaders(file);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return Buffer.from(error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'EIO');
  }
}

function readHeaders(file: number): Buffer {
  const first = readFirst(file, FIRST_BYTES);
  if (first.length < FIRST_BYTES) return first;
  // Offset, size and count of the program headers (elf(5)).
  const is64 = first[4] === CLASS_64;
  const offset = is64 ? Number(first.readBigUInt64LE(32)) : first.readUInt32LE(28);
  const end = offset + first.readUInt16LE(is64 ? 54 : 42) * first.readUInt16LE(is64 ? 56 : 44);
  return end > MAX_BYTES ? Buffer.from('EFBIG') : readFirst(file, Math.max(end, FIRST_BYTES));
}

function readFirst(file: number, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  for (let length = 0; ;) {
    const count = length === most ? 0 : readSync(file, bytes, length, most - length, length);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
  }
}
