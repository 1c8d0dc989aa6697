import { readWhole } from './whole-file.ts';
import { headersEnd } from './program-headers.ts';
import { Malformed } from './malformed.ts';
import { open } from 'node:fs/promises';

/**
 * Files that only root may open. A reader that root's daemon starts is not root and gets them handed over
 * (handed-files.ts). A reader that is root, or that runs without root, opens them itself. Both functions throw the
 * system's error.
 */
export interface RootFiles {
  /** Root opened them, or tried to. Then it is useless to suggest running as root. */
  readonly byRoot: boolean;
  /** The current text of /proc/iomem. */
  iomem(): Promise<string>;
  /** The headers of /proc/kcore. The rest of that file is all of the kernel's memory. */
  kcoreHeaders(): Promise<Buffer>;
}

export const MAX_IOMEM_BYTES = 4 * 1024 * 1024;
/** Room for some 4,600 segments; a machine has two for each range of its memory. */
export const MAX_HEADER_BYTES = 256 * 1024;
const FIRST_BYTES = 64;

/** Files that this process opens with its own rights. */
export function ownRootFiles(procRoot: string): RootFiles {
  return {
    byRoot: process.geteuid?.() === 0,
    iomem: async () => (await readWhole(`${procRoot}/iomem`, MAX_IOMEM_BYTES)).bytes.toString('latin1'),
    kcoreHeaders: () => readHeaders(`${procRoot}/kcore`),
  };
}

async function readHeaders(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const first = Buffer.alloc(FIRST_BYTES);
    await file.read(first, 0, FIRST_BYTES, 0);
    const end = headersEnd(first) ?? 0;
    if (end > MAX_HEADER_BYTES) throw new Malformed('it has too many segments');
    const headers = Buffer.alloc(Math.max(end, FIRST_BYTES));
    for (let length = 0; length < headers.length;) {
      const { bytesRead } = await file.read(headers, length, headers.length - length, length);
      if (bytesRead === 0) return headers.subarray(0, length);
      length += bytesRead;
    }
    return headers;
  } finally {
    await file.close();
  }
}
