import { readlinkSync } from 'node:fs';
import { escapeBytes, escapeText } from '@procmap/shared/escape.ts';
import { labelOf, type ProcessLabel } from '@procmap/shared/process-label.ts';
import { readCommandLine } from './command-line.ts';
import { procPath } from './proc-file.ts';

/** Which process it is; by its comm alone where the kernel does not tell more. */
export function readLabel(pid: number, comm: string): ProcessLabel {
  return labelOf({ comm, exe: programOf(pid) ?? '', argv: argvOf(pid) });
}

/**
 * Path of the program that runs, visibly escaped; '' when it has none, null where the kernel does not let procmap see it, and so not the map either: both ask for the
 * same right (PTRACE_MODE_READ). The link is not followed: that would ask a file system, which need not answer.
 */
export function programOf(pid: number): string | null {
  try {
    const link = procPath(pid, 'exe');
    const path = readlinkSync(link);
    // What is no UTF-8 is shown by its bytes.
    return path.includes('\ufffd') ? escapeBytes(readlinkSync(link, 'buffer')) : escapeText(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EACCES' || code === 'EPERM' ? null : '';
  }
}

function argvOf(pid: number): readonly string[] {
  try {
    return readCommandLine(pid).argv;
  } catch {
    return [];
  }
}
