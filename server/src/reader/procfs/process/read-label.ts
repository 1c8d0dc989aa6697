import { readlinkSync } from 'node:fs';
import { escapeBytes, escapeText } from '@procmap/shared/text/escape.ts';
import { labelOf, type ProcessLabel } from '@procmap/shared/text/process-label.ts';
import { isFailure } from './outcome.ts';
import { readCommandLine } from './command-line.ts';
import { byLivingThread, hasEnded, liveFile, type Teller } from './live-file.ts';
import { look } from './look.ts';

/** Which process it is; by its comm alone where the kernel does not tell more. */
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
 * Path of the program that runs, visibly escaped; '' when it has none, null where the kernel does not let procmap see it, and so not the map either: both ask for the
 * same right (PTRACE_MODE_READ). The link is not followed: that would ask a file system, which need not answer. Throws where that thread has ended.
 */
export function programOf(pid: number, teller: Teller): string | null {
  try {
    const link = liveFile(pid, teller, 'exe');
    const path = readlinkSync(link);
    // What is no UTF-8 is shown by its bytes.
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
