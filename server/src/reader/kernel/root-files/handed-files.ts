import { closeSync } from 'node:fs';
import { Malformed } from './malformed.ts';
import { MAX_HEADER_BYTES, MAX_IOMEM_BYTES, type RootFiles } from './root-files.ts';
import { readPipe, readWholeFd, type WholeFile } from './whole-file.ts';

/** Descriptors on which daemon/children/root-files.ts passes the files. */
const IOMEM_FD = 4;
const KCORE_FD = 5;
const ERRNO = /^E[A-Z0-9]{1,20}$/;

/** The headers of /proc/kcore as the daemon read them, or the name of its error: `EPERM`. Call once. */
export function readHandedHeaders(): Promise<WholeFile> {
  // Reads the pipe at once, so that the daemon need not keep it.
  return readPipe(KCORE_FD, MAX_HEADER_BYTES).finally(() => closeSync(KCORE_FD));
}

/**
 * Files that root's daemon handed over. /proc/iomem is an open descriptor, since the kernel checks the rights of the
 * process that opened it, not of the one that reads. `headers` were read when this reader started.
 */
export function handedRootFiles(headers: WholeFile): RootFiles {
  return {
    byRoot: true,
    iomem: async () => (await readWholeFd(IOMEM_FD, MAX_IOMEM_BYTES)).bytes.toString('latin1'),
    // Only a caller that awaits the headers gets the error.
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
    kcoreHeaders: async () => headersOf(headers),
  };
}

/** Returns the headers. If an errno name stands in their place, throws that error. */
export function headersOf({ bytes, isCut }: WholeFile): Buffer {
  const word = Buffer.from(bytes).toString('latin1', 0, 32);
  if (ERRNO.test(word)) throw Object.assign(new Error(`/proc/kcore: ${word}`), { code: word });
  if (isCut) throw new Malformed('it has too many segments');
  return Buffer.from(bytes);
}
