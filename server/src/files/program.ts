import { closeSync, constants, openSync, readlinkSync } from 'node:fs';
import { escapeBytes } from '@procmap/shared/text/escape.ts';
import type { Program } from '@procmap/shared/files/program.ts';
import { beat } from '../common/beat.ts';
import { errnoName } from '../reader/procfs/process/outcome.ts';
import { byLivingThreadNow } from '../reader/procfs/process/alive.ts';
import { liveFile } from '../reader/procfs/process/live-file.ts';
import { elfText, readElf } from './elf.ts';
import { readsOf } from './file-reads.ts';

const NUL = 0;

/**
 * Describes the program of a process. Throws the system's error if its link may not be followed. Opening the file
 * accesses its file system. One that the process itself provides (FUSE) may never answer, so call this only in a thread
 * that may be lost.
 */
export async function readProgram(pid: number): Promise<Program> {
  const exe = byLivingThreadNow(pid, (teller) => pathOf(liveFile(pid, teller, 'exe')));
  return { pid, exe, ...(await readType(pid)) };
}

/** The kernel returns at most a page for a link. No path looks like this text. */
const LONG_PATH = '(a path of more than 4,096 bytes)';

/** The target of a link, escaped. Throws the system's error. */
function pathOf(link: string): string {
  try {
    beat();
    return escapeBytes(readlinkSync(link, 'buffer'));
  } catch (error) {
    if (errnoName(error) === 'ENAMETOOLONG') return LONG_PATH;
    throw error;
  }
}

const UNKNOWN = { exe_type: '', interpreter: '' };

/**
 * Opens the link itself instead of its target path: the link leads to the file that was started, even if its name now
 * belongs to another file.
 */
async function readType(pid: number): Promise<Pick<Program, 'exe_type' | 'interpreter'>> {
  let file: number | undefined;
  try {
    // O_NONBLOCK: does not wait for the other end of a FIFO or for a device.
    file = byLivingThreadNow(pid, (teller) => {
      const link = liveFile(pid, teller, 'exe');
      beat();
      return openSync(link, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    });
    return await typeOf(file);
  } catch {
    return UNKNOWN;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

async function typeOf(file: number): Promise<Pick<Program, 'exe_type' | 'interpreter'>> {
  const readAt = readsOf(file);
  const elf = await readElf(readAt);
  if (elf === null) return { exe_type: 'not an ELF program', interpreter: '' };
  const name = elf.interpreter === null ? Buffer.alloc(0) : await readAt(elf.interpreter.offset, elf.interpreter.size);
  const end = name.indexOf(NUL);
  return { exe_type: elfText(elf), interpreter: escapeBytes(end < 0 ? name : name.subarray(0, end)) };
}
