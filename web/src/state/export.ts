import { apiGet, errorSentence } from '../net/session.ts';

/** Hands a blob to the browser's download. */
function save(blob: Blob, fileName: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 10_000);
}

/** A file name of a process: its own name may hold anything. */
export function exportName(comm: string, pid: number, extension: string): string {
  const safe = comm.replace(/[^\w.-]+/g, '_').replace(/^[._]+/, '') || 'process';
  return `procmap-${safe}-${pid}.${extension}`;
}

/** Saves the map as the API tells it. Returns a sentence when it could not, else ''. */
export async function exportJson(pid: number, comm: string, key: string): Promise<string> {
  try {
    const response = await apiGet(`/api/processes/${pid}/map`, key);
    if (!response.ok) return await errorSentence(response);
    save(await response.blob(), exportName(comm, pid, 'json'));
    return '';
  } catch {
    return 'The daemon did not answer. Wait for the connection to come back, then export again.';
  }
}

/** Saves the diagram as it stands. */
export function exportPng(canvas: HTMLCanvasElement, pid: number, comm: string): void {
  canvas.toBlob((blob) => {
    if (blob !== null) save(blob, exportName(comm, pid, 'png'));
  }, 'image/png');
}
