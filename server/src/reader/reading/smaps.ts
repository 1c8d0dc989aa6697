import { FIGURE_ROW_CELLS } from '@procmap/shared/figures/mapping-figures.ts';
import { closeSync, openSync, readSync } from 'node:fs';
import { beat } from '../../common/beat.ts';
import { setImmediate } from 'node:timers/promises';
import { changed, exiting, type Failure, failure, failureOf, isFailure } from '../procfs/process/outcome.ts';
import { lookAlive, whyNoSpace } from '../procfs/process/alive.ts';
import { hasEnded, liveFile } from '../procfs/process/live-file.ts';
import { agree, hasNothing, look, type Look } from '../procfs/process/look.ts';
import { SmapsScanner } from '../procfs/memory/smaps-scanner.ts';
import type { AsideCost } from '../protocol/protocol.ts';

/** The kernel returns at most a page per read(2), except for a longer line. */
const READ_BYTES = 32 * 1024;
const ROWS_PER_PART = 1024;
const YIELD_MS = 50;

/** Rows of some mappings: see SmapsScanner.take(). */
interface SmapsPart {
  readonly comm: string;
  readonly takenAt: number;
  readonly cells: Float64Array<ArrayBuffer>;
  readonly flagSets: readonly string[];
}

interface SmapsEnd {
  readonly comm: string;
  readonly takenAt: number;
  readonly torn: boolean;
  readonly cost: AsideCost;
}

/** Receives the rows. */
interface SmapsTaker {
  /** Returns false if nobody wants the rest. */
  readonly isWanted: () => boolean;
  /** Reading continues when the promise resolves; false ends it. */
  readonly give: (part: SmapsPart) => Promise<boolean>;
}

/** Attempts, if the thread that is read ends during each of them. */
const ATTEMPTS = 4;

/**
 * Reads /proc/PID/smaps up to `endPage`, and passes the rows on as they come. For each mapping the kernel walks its
 * page tables with the process's map locked, so a page fault of the process waits meanwhile. Mappings below `startPage`
 * must be read too, since the file begins at the lowest one, but they are left out. null: the taker ended the reading.
 */
export async function readSmaps(pid: number, startPage: number, endPage: number, { isWanted, give }: SmapsTaker): Promise<SmapsEnd | Failure | null> {
  let isGiven = false;
  const taker = {
    isWanted,
    give: (part: SmapsPart): Promise<boolean> => {
      isGiven = true;
      return give(part);
    },
  };
  for (let left = ATTEMPTS - 1; ; left--) {
    const end = await attempt(pid, startPage, endPage, taker, () => left > 0 && !isGiven);
    if (end !== 'again') return end;
  }
}

/** `mayAgain`: if the thread has ended, start again with another one. */
async function attempt(
  pid: number,
  startPage: number,
  endPage: number,
  { isWanted, give }: SmapsTaker,
  mayAgain: () => boolean,
): Promise<SmapsEnd | Failure | 'again' | null> {
  const before = lookAlive(pid);
  if (isFailure(before)) return before;
  const { comm } = before;
  const takenAt = Date.now();
  const scanner = new SmapsScanner();
  let ms = 0;
  let bytes = 0;
  let reads = 0;
  let file: number | undefined;
  let isThere: boolean;
  let yielded = performance.now();
  try {
    const path = liveFile(pid, before, 'smaps');
    file = openSync(path, 'r');
    const buffer = Buffer.allocUnsafe(READ_BYTES);
    for (;;) {
      const began = performance.now();
      const bytesRead = readSync(file, buffer, 0, READ_BYTES, null);
      beat();
      reads++;
      bytes += bytesRead;
      if (bytesRead > 0) scanner.push(buffer.subarray(0, bytesRead));
      else scanner.finish();
      ms += performance.now() - began;
      if (performance.now() - yielded > YIELD_MS) {
        // Lets a cancellation in.
        await setImmediate();
        yielded = performance.now();
      }
      if (!isWanted()) return null;
      const isEnd = bytesRead === 0 || scanner.beganAt >= endPage;
      if (scanner.length >= ROWS_PER_PART || (isEnd && scanner.length > 0)) {
        const { cells, flagSets } = scanner.take();
        const part = { comm, takenAt, cells: overlapping(cells, startPage, endPage), flagSets };
        // Even without rows: it shows that reading makes progress.
        if (!(await give(part))) return null;
      }
      if (isEnd) break;
    }
    isThere = hasSpace(file, pid, before);
  } catch (error) {
    if (error instanceof RangeError)
      return failure('unreadable', `/proc/${pid}/smaps has a format that procmap does not know; please report it with your kernel version`);
    if (mayAgain() && hasEnded(pid, before, error)) return 'again';
    const why = failureOf(error, pid);
    // The process did exist: it was collected between two reads.
    return why.error === 'not_found' ? exited(pid) : why;
  } finally {
    if (file !== undefined) closeSync(file);
  }
  const after = look(pid);
  const why = whyEmpty(pid, before, after, bytes);
  if (why?.error === 'unreadable' && mayAgain()) return 'again';
  if (isFailure(after) || why !== null) return why?.error === 'unreadable' ? why : exited(pid);
  return { comm, takenAt, torn: scanner.torn || !isThere || !agree(before, after), cost: { ms, bytes, reads } };
}

/**
 * True if the address space of this open file still exists: after an exec the file ends early, and cannot be read again
 * from its beginning. Unknown for a thread that has ended since; then the caller's two looks reveal an exec.
 */
function hasSpace(file: number, pid: number, now: Look): boolean {
  try {
    return readSync(file, Buffer.alloc(1), 0, 1, 0) > 0;
  } catch (error) {
    if (hasEnded(pid, now, error)) return true;
    throw error;
  }
}

/** The reason why the data is not, or not all, of the process's present address space; null: it is. */
function whyEmpty(pid: number, before: Look, after: Look | Failure, bytes: number): Failure | null {
  if (isFailure(after)) return after;
  if (after.startTime !== before.startTime) return exited(pid);
  // An exiting process has no memory any more before it becomes a zombie.
  const noSpace = whyNoSpace(pid, after) ?? (hasNothing(after) ? exiting(pid, after.thread) : null);
  // The process lives; only that thread had no memory any more, or ran another program.
  return noSpace ?? (bytes === 0 ? changed(pid) : null);
}

function exited(pid: number): Failure {
  return failure('exited', `process ${pid} has exited while its figures were read`);
}

/** Rows with a page in [startPage, endPage). */
function overlapping(cells: Float64Array<ArrayBuffer>, startPage: number, endPage: number): Float64Array<ArrayBuffer> {
  let from = 0;
  while (from < cells.length && (cells[from + 1] ?? 0) <= startPage) from += FIGURE_ROW_CELLS;
  let to = cells.length;
  while (to > from && (cells[to - FIGURE_ROW_CELLS] ?? 0) >= endPage) to -= FIGURE_ROW_CELLS;
  return cells.slice(from, to);
}
