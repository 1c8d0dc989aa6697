import { type CsvPart, regionsCsv } from '@procmap/shared/csv.ts';
import { type Intervals, tile } from '@procmap/shared/intervals.ts';
import { regionParts } from '@procmap/shared/kernel-parts.ts';
import { apiGet, errorSentence } from '../net/session.ts';

/** Hands a blob to the browser's download. */
export function save(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** A file name of a process: its own name may hold anything. `ending` is what follows: `.json`. */
export function exportName(comm: string, pid: number, ending: string): string {
  const safe = comm.replace(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'process';
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
export function exportCsv(intervals: Intervals, part: CsvPart, pid: number, comm: string): void {
  // By region, as the API and the terminal have it: the picture divides the kernel's half further.
  const { table, layout, kernel } = intervals;
  const blob = new Blob([...regionsCsv(tile(table, layout, regionParts(kernel.half, layout)), part)], { type: 'text/csv;charset=utf-8' });
  save(blob, part === 'kernel' ? 'procmap-kernel.csv' : exportName(comm, pid, '-maps.csv'));
}
