import { liveFile, type Teller } from './live-file.ts';
import { readSmall } from './proc-file.ts';

const FOUR_GIB_PAGES = 2 ** 20;
/** Enough for the first entry of either width. */
const ENTRY_BYTES = 8;
const ADDR_LIMIT_3GB = 0x8000000;

/**
 * 64 or 32: the width of the program that the process runs now (exec may change it). Comes from the auxiliary vector,
 * which the kernel keeps: pairs of 64-bit or 32-bit words. The first pair is a small type and a non-zero value, so that
 * bytes 4 to 7 are 0 only in the wide form. Not from the ELF header of /proc/PID/exe: opening that file accesses its
 * file system, and one that the process itself provides (FUSE) may never answer. If the vector cannot be read: 32 if
 * nothing is mapped above 4 GiB.
 */
export function processBits(pid: number, teller: Teller, highestPage: number): 64 | 32 {
  let entry: Buffer;
  try {
    entry = readSmall(liveFile(pid, teller, 'auxv'), ENTRY_BYTES);
  } catch {
    entry = Buffer.alloc(0);
  }
  if (entry.length < ENTRY_BYTES) return highestPage > FOUR_GIB_PAGES ? 64 : 32;
  return entry.readUInt32LE(4) === 0 ? 64 : 32;
}

/** True for a 32-bit process that has limited itself to 3 GiB (personality(2), ADDR_LIMIT_3GB, `setarch --3gb`). */
export function isLimitedTo3GiB(pid: number, teller: Teller): boolean {
  try {
    return (Number.parseInt(readSmall(liveFile(pid, teller, 'personality')).toString('latin1'), 16) & ADDR_LIMIT_3GB) !== 0;
  } catch {
    return false;
  }
}

const AT_PAGESZ = 6n;

/** Page size of this machine: Node has no getpagesize(3). */
export function ownPageSize(): number {
  const auxv = readSmall('/proc/self/auxv');
  for (let at = 0; at + 16 <= auxv.length; at += 16) if (auxv.readBigUInt64LE(at) === AT_PAGESZ) return Number(auxv.readBigUInt64LE(at + 8));
  throw new Error('no page size in /proc/self/auxv');
}
