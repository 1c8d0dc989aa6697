import { type CsvPart, regionsCsv } from '@procmap/shared/output/csv.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import type { Uses } from '@procmap/shared/use/uses.ts';
import { formatBytes } from '@procmap/shared/units.ts';
import { apiGet, errorSentence } from '../net/session.ts';

/** Starts a browser download of a blob. */
export function save(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name for a process, whose own name may contain anything. `ending`: `.json`. */
export function exportName(name: string, pid: number, ending: string): string {
  const safe = name.replace(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'process';
  return `procmap-${safe}-${pid}${ending}`;
}

/**
 * Saves the map as JSON from the API. Returns a sentence on failure, else ''; nothing is saved then. `onProgress`:
 * bytes so far.
 */
export async function exportJson(pid: number, comm: string, key: string, onProgress: (bytes: number) => void): Promise<string> {
  try {
    const response = await apiGet(`/api/processes/${pid}/map`, key);
    if (!response.ok) return await errorSentence(response);
    save(new Blob(await piecesOf(response, onProgress), { type: 'application/json' }), exportName(comm, pid, '.json'));
    return '';
  } catch {
    return 'The daemon did not answer. Wait for the connection to come back, then export again.';
  }
}

/** Rejects if the answer ends early. */
async function piecesOf(response: Response, onProgress: (bytes: number) => void): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const stream = response.body?.getReader();
  let bytes = 0;
  for (;;) {
    const piece = await stream?.read();
    if (piece?.value === undefined) return pieces;
    pieces.push(piece.value);
    onProgress((bytes += piece.value.length));
  }
}

/** The map on the page, as it is exported. */
interface ExportedMap {
  readonly intervals: Intervals;
  /** What the mappings are for; null: not known. Those of another map are left out. */
  readonly uses: Uses | null;
  readonly pid: number;
  readonly comm: string;
}

/** Saves one part of the map on the page, also for an ended process. The kernel half does not belong to a process. */
export async function exportCsv({ intervals, uses, pid, comm }: ExportedMap, part: CsvPart, onProgress: (bytes: number) => void): Promise<void> {
  // By region, as in the API and the terminal: the picture divides the kernel half further.
  const { table, layout, kernel } = intervals;
  const chunks = await gathered(regionsCsv(tile(table, layout, regionParts(kernel.half, layout)), part, uses?.table === table ? uses : null), onProgress);
  const blob = new Blob(chunks, { type: 'text/csv;charset=utf-8' });
  save(blob, part === 'kernel' ? 'procmap-kernel.csv' : exportName(comm, pid, '-maps.csv'));
}

/** Longest time that the page is blocked. */
const SLICE_MS = 30;

/** All chunks, produced in slices: a million rows take seconds. `onProgress`: characters so far. */
export async function gathered(chunks: Iterable<string>, onProgress: (length: number) => void): Promise<string[]> {
  const all: string[] = [];
  let length = 0;
  let rested = performance.now();
  for (const chunk of chunks) {
    all.push(chunk);
    length += chunk.length;
    if (performance.now() - rested < SLICE_MS) continue;
    onProgress(length);
    await new Promise((resolve) => setTimeout(resolve));
    rested = performance.now();
  }
  return all;
}

const SLOW_MS = 300;
const REPEAT_MS = 500;

/** For onProgress: reports the progress of a long export now and then. */
export function slowly(say: (sentence: string) => void): (bytes: number) => void {
  let saidAt = performance.now() + SLOW_MS - REPEAT_MS;
  return (bytes) => {
    if (performance.now() - saidAt < REPEAT_MS) return;
    saidAt = performance.now();
    say(`Saving: ${formatBytes(bytes)} so far…`);
  };
}
