import { closeSync, openSync, readSync } from 'node:fs';
import { beat } from './beat.ts';
import { type Failure, failureOf, isFailure } from './outcome.ts';
import { lookAlive } from './procfs/alive.ts';
import { liveFile } from './procfs/live-file.ts';
import { ENTRY_BYTES, pageStates } from './procfs/pagemap.ts';
import { hasSwap } from './procfs/swap.ts';
import type { AsideCost } from './protocol.ts';

export interface ReadPages {
  readonly comm: string;
  readonly takenAt: number;
  readonly states: Uint8Array<ArrayBuffer>;
  readonly cost: AsideCost;
}

/** States of pages [startPage, startPage + count) of a process, from /proc/PID/pagemap. */
export function readPages(pid: number, startPage: number, count: number): ReadPages | Failure {
  const now = lookAlive(pid);
  if (isFailure(now)) return now;
  const takenAt = Date.now();
  const began = performance.now();
  const entries = Buffer.alloc(count * ENTRY_BYTES);
  let length = 0;
  let reads = 0;
  let file: number | undefined;
  try {
    const path = liveFile(pid, now, 'pagemap');
    file = openSync(path, 'r');
    for (;;) {
      // Positions in bytes are below 2^55: exact as a bigint only.
      const bytesRead = readSync(file, entries, length, entries.length - length, BigInt(startPage) * BigInt(ENTRY_BYTES) + BigInt(length));
      beat();
      reads++;
      length += bytesRead;
      if (bytesRead === 0 || length === entries.length) break;
    }
  } catch (error) {
    return failureOf(error, pid);
  } finally {
    if (file !== undefined) closeSync(file);
  }
  const states = pageStates(entries.subarray(0, length), count, hasSwap());
  return { comm: now.comm, takenAt, states, cost: { ms: performance.now() - began, bytes: length, reads } };
}
