import { closeSync } from 'node:fs';
import { Malformed } from './malformed.ts';
import { MAX_HEADER_BYTES, MAX_IOMEM_BYTES, type RootFiles } from './root-files.ts';
import { readPipe, readWholeFd, type WholeFile } from './whole-file.ts';

/** The descriptors at which daemon/root-files.ts puts them. */
const IOMEM_FD = 4;
const KCORE_FD = 5;
const ERRNO = /^E[A-Z0-9]{1,20}$/;

/** What the daemon read of the headers of /proc/kcore, or the name of the error that it met: `EPERM`. To be called once. */
export function readHandedHeaders(): Promise<WholeFile> {
  // At once, so that the daemon is rid of it.
  return readPipe(KCORE_FD, MAX_HEADER_BYTES).finally(() => closeSync(KCORE_FD));
}

/** Handed over by root's daemon. /proc/iomem as a descriptor: the kernel looks at the rights of who opened it, not of who reads. `headers` are of when this reader started. */
export function handedRootFiles(headers: WholeFile): RootFiles {
  return {
    byRoot: true,
    iomem: async () => (await readWholeFd(IOMEM_FD, MAX_IOMEM_BYTES)).bytes.toString('latin1'),
    // Who asks for them is told of the error; nobody may.
    // eslint-disable-next-line @typescript-eslint/require-await -- what it throws is a rejection
    kcoreHeaders: async () => headersOf(headers),
  };
}

/** What was written of them, or thrown as the error whose name stands in their place. */
export function headersOf({ bytes, isCut }: WholeFile): Buffer {
  const word = Buffer.from(bytes).toString('latin1', 0, 32);
  if (ERRNO.test(word)) throw Object.assign(new Error(`/proc/kcore: ${word}`), { code: word });
  if (isCut) throw new Malformed('it has too many segments');
  return Buffer.from(bytes);
}
