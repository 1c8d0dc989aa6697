import { type CsvPart, regionsCsv } from '@procmap/shared/output/csv.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { formatBytes } from '@procmap/shared/units.ts';
import { apiGet, errorSentence } from '../net/session.ts';

/** Hands a blob to the browser's download. */
export function save(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** A file name of a process: its own name may hold anything. `ending` is what follows: `.json`. */
export function exportName(name: string, pid: number, ending: string): string {
  const safe = name.replace(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'process';
  return `procmap-${safe}-${pid}${ending}`;
}

/** Saves the map as the API tells it. Returns a sentence when it could not, else ''; nothing is saved then. `onProgress`: bytes so far. */
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

/** Rejects when the answer ends early. */
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

/** Saves one part of the map that is on the page, also of a process that has ended. The kernel's half belongs to none. */
export async function exportCsv(intervals: Intervals, part: CsvPart, pid: number, comm: string, onProgress: (bytes: number) => void): Promise<void> {
  // By region, as the API and the terminal have it: the picture divides the kernel's half further.
  const { table, layout, kernel } = intervals;
  const chunks = await gathered(regionsCsv(tile(table, layout, regionParts(kernel.half, layout)), part), onProgress);
  const blob = new Blob(chunks, { type: 'text/csv;charset=utf-8' });
  save(blob, part === 'kernel' ? 'procmap-kernel.csv' : exportName(comm, pid, '-maps.csv'));
}

/** Longer the page is never held up. */
const SLICE_MS = 30;

/** All chunks, made piece by piece: a million rows take seconds. `onProgress`: characters so far. */
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

/** For onProgress: says of what takes long how far it is, now and then. */
export function slowly(say: (sentence: string) => void): (bytes: number) => void {
  let saidAt = performance.now() + SLOW_MS - REPEAT_MS;
  return (bytes) => {
    if (performance.now() - saidAt < REPEAT_MS) return;
    saidAt = performance.now();
    say(`Saving: ${formatBytes(bytes)} so far…`);
  };
}
