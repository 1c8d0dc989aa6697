import { encodeSnapshot } from '@procmap/shared/codec.ts';
import type { MapMeta, ReadCost } from '@procmap/shared/frame.ts';
import { Kind } from '@procmap/shared/kind.ts';
import type { Layout } from '@procmap/shared/layout.ts';
import { nameIs } from '@procmap/shared/text/names.ts';
import type { MappingTable } from '@procmap/shared/region.ts';
import { newEtag, startTimeOf } from '../protocol/etag.ts';
import type { LastText, LastTexts } from './last-texts.ts';
import { exiting, type Failure, failure, failureOf, isFailure } from '../procfs/process/outcome.ts';
import { whyNoSpace } from '../procfs/process/alive.ts';
import { fileSystemsOf } from '../procfs/maps/file-systems.ts';
import { hasEnded, liveFile } from '../procfs/process/live-file.ts';
import { isLimitedTo3GiB, processBits } from '../procfs/process/bitness.ts';
import { inferLayout } from '../procfs/maps/layout.ts';
import { agree, look, type Look } from '../procfs/process/look.ts';
import type { Machine } from '../procfs/machine.ts';
import { parseMaps } from '../procfs/maps/parse-maps.ts';
import { type ReadText, type TextBuffer, TooLarge } from '../procfs/maps/text-buffer.ts';

/** A map as a snapshot frame, or the fact that it is unchanged. */
export interface ReadMap {
  readonly etag: string;
  /** null: unchanged. */
  readonly frame: Uint8Array | null;
  /** Its rows, in the memory of parseMaps(); null: unchanged. */
  readonly table: MappingTable | null;
  /** The process, as it was before or after. */
  readonly look: Look;
  readonly takenAt: number;
  readonly cost: Pick<ReadCost, 'readMs' | 'bytes' | 'reads'>;
}

/** Maximum number of attempts for one map. */
const ATTEMPTS = 4;

/**
 * Reads the map of a process. `etag`: of the map that the client has, or null. The kernel returns 4 KiB per read(2),
 * and the process runs in between. So the text is read again if its rows are out of order, or if the process mapped
 * something meanwhile. After the last attempt, `torn` reports it, and rows out of order are left out.
 */
export async function readMap(pid: number, etag: string | null, machine: Machine, last: LastTexts, busy: (bytes: number) => void): Promise<ReadMap | Failure> {
  const text = last.takeSpare();
  const answer = await attempt(pid, etag, machine, last, text, busy);
  if (isFailure(answer) || answer.frame === null) last.release(text);
  if (isFailure(answer) && answer.error !== 'unreadable') last.forget(pid);
  return answer;
}

async function attempt(
  pid: number,
  etag: string | null,
  machine: Machine,
  last: LastTexts,
  text: TextBuffer,
  busy: (bytes: number) => void,
): Promise<ReadMap | Failure> {
  const known = knownText(last.get(pid), etag);
  let reads = 0;
  let readMs = 0;
  for (let left = ATTEMPTS - 1; ; left--) {
    const takenAt = Date.now();
    const began = performance.now();
    const before = lookAlive(pid, etag);
    if (isFailure(before)) return before;
    let read: ReadText;
    try {
      read = await text.read(liveFile(pid, before, 'maps'), busy, known?.text);
    } catch (error) {
      if (error instanceof TooLarge)
        return failure(
          'too_large',
          `too large: the map of process ${pid} is ${error.message}, because of very long file names; procmap reads no more than that`,
        );
      if (left > 0 && hasEnded(pid, before, error)) continue;
      return gone(failureOf(error, pid), pid, etag);
    }
    reads += read.reads;
    const after = read.same ? before : lookAlive(pid, etag);
    readMs += performance.now() - began;
    if (isFailure(after)) return after;
    const cost = { readMs, bytes: read.bytes, reads };
    if (known !== null && read.same) return { etag: known.etag, frame: null, table: null, look: after, takenAt, cost };

    const parseBegan = performance.now();
    const fileSystemOf = fileSystemsOf(() => liveFile(pid, after, 'mountinfo'));
    const parsed = parseMaps(text.bytes, text.length, fileSystemOf);
    const parseMs = performance.now() - parseBegan;
    const steady = agree(before, after);
    if ('malformedAt' in parsed) {
      if (!steady && left > 0) continue;
      return failure(
        'unreadable',
        `line ${lineOf(text, parsed.malformedAt)} of /proc/${pid}/maps has a format that procmap does not know; please report it with your kernel version`,
      );
    }
    // An exiting process has no memory any more before it becomes a zombie.
    if (text.length === 0) {
      if (left > 0) continue;
      return gone(exiting(pid, before.thread), pid, etag);
    }
    const torn = !steady || !parsed.ordered;
    if (torn && left > 0) continue;

    const layout = layoutOf(pid, after, parsed.table, machine);
    if (layout === null) return failure('unreadable', `procmap does not know the address-space layout of ${machine.machine}`);
    const meta: MapMeta = { process: { pid, startTime: after.startTime, comm: after.comm }, layout, takenAt, cost: { ...cost, parseMs, torn } };
    const frame = encodeSnapshot(0, meta, parsed.table);
    const fresh = newEtag(after.startTime);
    last.keep(pid, { text, etag: fresh, torn });
    return { etag: fresh, frame, table: parsed.table, look: after, takenAt, cost };
  }
}

/** The text of the client's map, or null. After a torn read, the same text must be parsed again. */
function knownText(last: LastText | undefined, etag: string | null): LastText | null {
  return last?.etag === etag && !last.torn ? last : null;
}

/** Looks at a process that has an address space and is still the process of the etag. */
function lookAlive(pid: number, etag: string | null): Look | Failure {
  const now = look(pid);
  if (isFailure(now)) return gone(now, pid, etag);
  if (etag !== null && startTimeOf(etag) !== now.startTime)
    return failure('exited', `process ${pid} has exited; its process id belongs to another process now`);
  const reason = whyNoSpace(pid, now);
  if (reason !== null) return gone(reason, pid, etag);
  return now;
}

/** A client that has an etag has seen the process alive, so it has exited. */
function gone(reason: Failure, pid: number, etag: string | null): Failure {
  const ended = reason.error === 'not_found' || reason.error === 'zombie';
  return ended && etag !== null ? failure('exited', `process ${pid} has exited`) : reason;
}

function layoutOf(pid: number, now: Look, table: MappingTable, machine: Machine): Layout | null {
  const highestPage = highestOwnPage(table);
  const bits = processBits(pid, now, highestPage);
  return inferLayout({ ...machine, processBits: bits, limitedTo3GiB: bits === 32 && isLimitedTo3GiB(pid, now), highestPage });
}

/** End of the highest mapping outside the kernel half. */
function highestOwnPage(table: MappingTable): number {
  let row = table.length - 1;
  while (row >= 0 && (table.kind[row] === Kind.vsyscall || nameIs(table.names, table.name[row] ?? 0, '[vectors]'))) row--;
  return table.end[row] ?? 0;
}

function lineOf(text: TextBuffer, position: number): number {
  let line = 1;
  for (let i = 0; i < position; i++) if (text.bytes[i] === 0x0a) line++;
  return line;
}
