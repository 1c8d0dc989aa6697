import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { errnoName } from '../../reader/procfs/process/outcome.ts';
import { createFile } from './new-file.ts';
import { whyNotOwn } from './own-file.ts';

/**
 * Flags for an existing file. Does not follow a link or wait for the reader of a pipe: anybody who can write to this
 * folder may have put one there.
 */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Appends to a log file of the user. Returns a sentence if that failed, else null: the output has already been shown,
 * so nothing else may fail. On a full disk, the record may be incomplete.
 */
export function appendToLog(path: string, chunks: Iterable<string>): string | null {
  let file: number;
  try {
    file = createFile(path, true) ?? openSync(path, FLAGS);
  } catch (error) {
    return notLogged(whyNotOpen(error, escapeText(path)));
  }
  try {
    const fault = whyNotOwn(fstatSync(file));
    if (fault !== null) return notLogged(`${escapeText(path)} ${fault}`);
    // In a single write: another run may append to the same file.
    writeAll(file, Buffer.from([...chunks].join('')));
    return null;
  } catch (error) {
    return `${reason(error)}; the log ${escapeText(path)} is not whole`;
  } finally {
    closeSync(file);
  }
}

function notLogged(why: string): string {
  return `${why}, so nothing was logged`;
}

function writeAll(file: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}

function whyNotOpen(error: unknown, path: string): string {
  switch (errnoName(error)) {
    case 'ELOOP':
      return `${path} is a link`;
    case 'ENXIO':
      return `${path} is not a regular file`;
    case 'EISDIR':
      return `${path} is a folder`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `cannot write ${path}`;
    default:
      return `cannot write ${path} (${reason(error)})`;
  }
}

/** Node's message without its trailing `, open '...'`. */
function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
}
