import { closeSync, openSync, readSync } from 'node:fs';
import { PAGE_SWAPPED } from '@procmap/shared/figures/page-states.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { beat } from '../../common/beat.ts';
import { type Failure, failureOf, isFailure } from '../procfs/process/outcome.ts';
import { lookAlive } from '../procfs/process/alive.ts';
import { type FileSystemOf, fileSystemsOf } from '../procfs/maps/file-systems.ts';
import { hasEnded, liveFile } from '../procfs/process/live-file.ts';
import { agree, type Look } from '../procfs/process/look.ts';
import { mapsBelow } from '../procfs/maps/maps-below.ts';
import { mendByMappings } from '../procfs/memory/mapped-pages.ts';
import { ENTRY_BYTES, pageStates } from '../procfs/memory/pagemap.ts';
import { parseMaps } from '../procfs/maps/parse-maps.ts';
import { hasSwap } from '../procfs/memory/swap.ts';
import { TextBuffer, TooLarge } from '../procfs/maps/text-buffer.ts';
import type { AsideCost } from '../protocol/protocol.ts';
import { sureOfSwap } from './swapped-pages.ts';

interface ReadPages {
  readonly comm: string;
  readonly takenAt: number;
  readonly states: Uint8Array<ArrayBuffer>;
  /** False: for some pages it is unknown if they are in swap space. */
  readonly swapTold: boolean;
  /** False: some pages reported as swapped may be markers. */
  readonly markerTold: boolean;
  /** Bytes and reads refer to pagemap. */
  readonly cost: AsideCost;
}

interface Entries {
  readonly bytes: Uint8Array;
  readonly reads: number;
}

/** Maximum number of attempts, if the process maps something meanwhile. */
const ATTEMPTS = 3;

/**
 * States of pages [startPage, startPage + count) of a process, from /proc/PID/pagemap, corrected by maps read at the
 * same moment.
 */
export async function readPages(pid: number, startPage: number, count: number): Promise<ReadPages | Failure> {
  const began = performance.now();
  const text = new TextBuffer();
  let bytes = 0;
  let reads = 0;
  for (let attempts = ATTEMPTS - 1; ; attempts--) {
    const takenAt = Date.now();
    const before = lookAlive(pid);
    if (isFailure(before)) return before;
    try {
      const entries = readEntries(pid, before, startPage, count);
      const fileSystemOf = fileSystemsOf(() => liveFile(pid, before, 'mountinfo'));
      const table = await readTable(pid, before, startPage + count, text, fileSystemOf);
      bytes += entries.bytes.length;
      reads += entries.reads;
      const after = lookAlive(pid);
      if (isFailure(after)) return after;
      const isOneMoment = agree(before, after) && table !== null && table !== 'too large';
      if (!isOneMoment && attempts > 0 && table !== 'too large') continue;
      const { states, unsure } = pageStates(entries.bytes, count, hasSwap());
      // A map that keeps changing cannot correct anything.
      const sharedMemory = isOneMoment ? mendByMappings(states, startPage, table, fileSystemOf) : null;
      const left = unsure.filter((i) => ((states[i] ?? 0) & PAGE_SWAPPED) !== 0);
      const again = (): readonly number[] => {
        const fresh = readEntries(pid, after, startPage, count);
        bytes += fresh.bytes.length;
        reads += fresh.reads;
        return pageStates(fresh.bytes, count, true).unsure;
      };
      const markerTold = left.length === 0 || (await sureOfSwap(pid, states, startPage, { unsure: left, sharedMemory, again }));
      const swapTold = markerTold && sharedMemory?.includes(1) === false;
      return { comm: after.comm, takenAt, states, swapTold, markerTold, cost: { ms: performance.now() - began, bytes, reads } };
    } catch (error) {
      if (attempts > 0 && hasEnded(pid, before, error)) continue;
      return failureOf(error, pid);
    }
  }
}

function readEntries(pid: number, now: Look, startPage: number, count: number): Entries {
  const entries = Buffer.alloc(count * ENTRY_BYTES);
  const path = liveFile(pid, now, 'pagemap');
  const file = openSync(path, 'r');
  try {
    for (let length = 0, reads = 1; ; reads++) {
      // Positions in bytes go up to 2^55: only a bigint is exact.
      const bytesRead = readSync(file, entries, length, entries.length - length, BigInt(startPage) * BigInt(ENTRY_BYTES) + BigInt(length));
      beat();
      length += bytesRead;
      if (bytesRead === 0 || length === entries.length) return { bytes: entries.subarray(0, length), reads };
    }
  } finally {
    closeSync(file);
  }
}

/**
 * The map below that page; null: out of order, since it changed between two reads. It lives in the memory of
 * parseMaps().
 */
async function readTable(pid: number, now: Look, endPage: number, text: TextBuffer, fileSystemOf: FileSystemOf): Promise<MappingTable | 'too large' | null> {
  try {
    await text.read(liveFile(pid, now, 'maps'), beat, null, mapsBelow(endPage));
  } catch (error) {
    if (error instanceof TooLarge) return 'too large';
    throw error;
  }
  // The thread ended before its file was read.
  if (text.length === 0) return null;
  const parsed = parseMaps(text.bytes, text.length, fileSystemOf);
  return 'malformedAt' in parsed || !parsed.ordered ? null : parsed.table;
}
