import { readlinkSync } from 'node:fs';
import { escapeBytes, escapeText } from '@procmap/shared/text/escape.ts';
import { labelOf, type ProcessLabel } from '@procmap/shared/text/process-label.ts';
import { isFailure } from './outcome.ts';
import { readCommandLine } from './command-line.ts';
import { byLivingThread, hasEnded, liveFile, type Teller } from './live-file.ts';
import { look } from './look.ts';

/** The label of a process; only its comm if the kernel does not show more. */
export function readLabel(pid: number, comm: string): ProcessLabel {
  const now = look(pid);
  const byComm = (): ProcessLabel => labelOf({ comm, exe: '', argv: [] });
  if (isFailure(now)) return byComm();
  try {
    return byLivingThread(pid, now, (teller) => labelOf({ comm, exe: programOf(pid, teller) ?? '', argv: argvOf(pid, teller) }));
  } catch {
    return byComm();
  }
}

/**
 * Path of the program, escaped; '' if there is none. null: the kernel forbids procmap to see it, and so the map too,
 * since both need the same right (PTRACE_MODE_READ). Does not follow the link: that would access a file system, which
 * may not answer. Throws if that thread has ended.
 */
export function programOf(pid: number, teller: Teller): string | null {
  try {
    const link = liveFile(pid, teller, 'exe');
    const path = readlinkSync(link);
    // Bytes that are not UTF-8 are escaped.
    return path.includes('\ufffd') ? escapeBytes(readlinkSync(link, 'buffer')) : escapeText(path);
  } catch (error) {
    if (hasEnded(pid, teller, error)) throw error;
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? null : '';
  }
}

function argvOf(pid: number, teller: Teller): readonly string[] {
  try {
    return readCommandLine(pid, teller).argv;
  } catch (error) {
    if (hasEnded(pid, teller, error)) throw error;
    return [];
  }
}
