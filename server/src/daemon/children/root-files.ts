import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Writable } from 'node:stream';

/**
 * What only root may open, for a reader that is not root (reader/kernel/handed-files.ts is its end):
 * - descriptor 4: /proc/iomem, opened: it shows its figures to whom root opened it for. Empty where there is none.
 * - descriptor 5: a pipe with the headers of /proc/kcore, or the name of the error (`EPERM`) that opening it gave. Never a descriptor of that file itself: it is
 *   all of the kernel's memory.
 * Nothing of this is needed to serve: whatever fails here, the reader starts, and says what it could not have.
 */
export class HandedRootFiles {
  readonly #iomem = openOrEmpty(`${PROC}/iomem`);
  readonly #kcore = kcoreHeaders(`${PROC}/kcore`);

  /** What to give as stdio[4] and stdio[5]. */
  get stdio(): [number, 'pipe'] {
    return [this.#iomem, 'pipe'];
  }

  /** Once the child is started: it has its own descriptor now. */
  handOver(child: ChildProcess): void {
    closeSync(this.#iomem);
    // There is none where it could not be started.
    const pipe = (child.stdio as readonly unknown[] | undefined)?.[PIPE] as Writable | null | undefined;
    // It may end before it has read.
    pipe?.on('error', () => undefined);
    pipe?.end(this.#kcore);
  }
}

/** As the children have it (launch.ts). */
const PROC = resolve(process.env['PROCMAP_PROC'] ?? '/proc');
const PIPE = 5;

/** Not 'ignore' where it cannot be had: a child then finds something of Node's own at that descriptor. */
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

/** From the beginning up to the end of the program headers, or the name of an error. */
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
  // Where the program headers begin, how large one is, and how many there are (elf(5)).
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
