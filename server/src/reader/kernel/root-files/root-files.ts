import { readWhole } from './whole-file.ts';
import { headersEnd } from './program-headers.ts';
import { Malformed } from './malformed.ts';
import { open } from 'node:fs/promises';

/**
 * What only root may open. The reader that root's daemon starts is not root: it gets them handed over (handed-files.ts). Who is root, or nobody's reader, opens them
 * itself. Both functions throw the system's error.
 */
export interface RootFiles {
  /** Whether root opened them, or tried to: then it is of no use to say that root could. */
  readonly byRoot: boolean;
  /** The text of /proc/iomem of now. */
  iomem(): Promise<string>;
  /** The first bytes of /proc/kcore: its headers. What lies behind them is all of the kernel's memory. */
  kcoreHeaders(): Promise<Buffer>;
}

export const MAX_IOMEM_BYTES = 4 * 1024 * 1024;
/** Of some 4,600 segments; a machine has two for each range of its memory. */
export const MAX_HEADER_BYTES = 256 * 1024;
const FIRST_BYTES = 64;

/** Opened by this process, with its own rights. */
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
