import { type FileHandle, open, readlink } from 'node:fs/promises';
import { escapeBytes } from '@procmap/shared/escape.ts';
import type { Program } from '@procmap/shared/program.ts';
import { liveFileNow } from './alive.ts';
import { elfText, readElf } from './elf.ts';

const NUL = 0;

/**
 * What a process runs. Throws the system's error when its link may not be followed. Beside the event loop: to open the file asks its file system, and one of the
 * process's own making (FUSE) need never answer.
 */
export async function readProgram(pid: number): Promise<Program> {
  const link = liveFileNow(pid, 'exe');
  const exe = escapeBytes(await readlink(link, { encoding: 'buffer' }));
  return { pid, exe, ...(await readType(link)) };
}

const UNKNOWN = { exe_type: '', interpreter: '' };

/** Through the link, and not by its text: this is the very file that was started, also when its name has gone to another since. */
async function readType(link: string): Promise<Pick<Program, 'exe_type' | 'interpreter'>> {
  let file: FileHandle | undefined;
  try {
    file = await open(link, 'r');
    return await typeOf(file);
  } catch {
    return UNKNOWN;
  } finally {
    await file?.close();
  }
}

async function typeOf(file: FileHandle): Promise<Pick<Program, 'exe_type' | 'interpreter'>> {
  const readAt = async (position: number, length: number): Promise<Buffer> => {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
    return buffer.subarray(0, bytesRead);
  };
  const elf = await readElf(readAt);
  if (elf === null) return { exe_type: 'not an ELF program', interpreter: '' };
  const name = elf.interpreter === null ? Buffer.alloc(0) : await readAt(elf.interpreter.offset, elf.interpreter.size);
  const end = name.indexOf(NUL);
  return { exe_type: elfText(elf), interpreter: escapeBytes(end < 0 ? name : name.subarray(0, end)) };
}
