import { readlinkSync } from 'node:fs';
import { escapeBytes, escapeText } from '@procmap/shared/escape.ts';
import { labelOf, type ProcessLabel } from '@procmap/shared/process-label.ts';
import { isFailure } from '../outcome.ts';
import { readCommandLine } from './command-line.ts';
import { type FirstThread, liveFile } from './live-file.ts';
import { look } from './look.ts';

/** Which process it is; by its comm alone where the kernel does not tell more. */
export function readLabel(pid: number, comm: string): ProcessLabel {
  const now = look(pid);
  return isFailure(now) ? labelOf({ comm, exe: '', argv: [] }) : labelOf({ comm, exe: programOf(pid, now) ?? '', argv: argvOf(pid, now) });
}

/**
 * Path of the program that runs, visibly escaped; '' when it has none, null where the kernel does not let procmap see it, and so not the map either: both ask for the
 * same right (PTRACE_MODE_READ). The link is not followed: that would ask a file system, which need not answer.
 */
export function programOf(pid: number, first: FirstThread): string | null {
  try {
    const link = liveFile(pid, first, 'exe');
    const path = readlinkSync(link);
    // What is no UTF-8 is shown by its bytes.
    return path.includes('\ufffd') ? escapeBytes(readlinkSync(link, 'buffer')) : escapeText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? null : '';
  }
}

function argvOf(pid: number, first: FirstThread): readonly string[] {
  try {
    return readCommandLine(pid, first).argv;
  } catch {
    return [];
  }
}
