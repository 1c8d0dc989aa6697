import { closeSync, constants, fstatSync, openSync, writeSync } from 'node:fs';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { errnoName } from '../reader/procfs/process/outcome.ts';
import { createFile } from './new-file.ts';
import { whyNotOwn } from './own-file.ts';

/** Of one that is there. Not through a link, and not waiting for the reader of a pipe: whoever can write to this folder may have put either there. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * Appends to a log of the user's own. Returns a sentence when it could not, else null: what was to be logged has been shown already, and nothing else may fail for it.
 * On a full disk a part of the record may stand in it.
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
    // In one piece: another run may append to the same file.
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
      return `${path} is no regular file`;
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
