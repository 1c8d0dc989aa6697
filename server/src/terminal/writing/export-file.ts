import { closeSync, constants, createWriteStream, fstatSync, ftruncateSync, lstatSync, openSync, realpathSync, type Stats, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { escapeText } from '@procmap/shared/text/escape.ts';
import { Fault, usageFault } from '../../common/fault.ts';
import { writeOut } from '../../common/stdout.ts';
import { writeChunks } from '../../common/write-chunks.ts';
import { createFile } from './new-file.ts';
import { isForeign, whyNotOwn } from './own-file.ts';

/** Flags for an existing file. Never follows a link. */
const FLAGS = constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NOCTTY;
/** A descriptor that the shell has opened and named, as for `>(command)`. */
const DESCRIPTOR = /^\/(?:dev|proc\/self)\/fd\/([0-9]{1,4})$/;

const STDERR = '2';

const IS_LINK = 'is a link';

/** Overwrites a file, or writes to standard output for `-`. Throws a Fault. */
export async function writeFileOrOut(path: string, chunks: Iterable<string>): Promise<void> {
  if (path === '-') {
    await writeOut(chunks);
    return;
  }
  const given = path === '/dev/stderr' ? STDERR : DESCRIPTOR.exec(path)?.[1];
  if (given === STDERR) {
    // Written like a file, Node would not wait for a slow reader of this pipe; process.stderr does.
    await writeChunks(process.stderr, chunks).catch((error: unknown) => {
      throw unwritable(path, error);
    });
    return;
  }
  let fd: number;
  try {
    fd = Number(given ?? createFile(path, false) ?? openOwn(path));
  } catch (error) {
    throw error instanceof Fault ? error : unwritable(path, error);
  }
  // Leave a descriptor of the shell open: the other export or later messages may go there too.
  const file = createWriteStream('', { fd, autoClose: given === undefined });
  try {
    const done = finished(file);
    // writeChunks() reports the same error.
    done.catch(() => undefined);
    await writeChunks(file, chunks);
    file.end();
    await done;
  } catch (error) {
    file.destroy();
    throw unwritable(path, error);
  }
}

/**
 * Opens an existing, writable path and truncates it if it is a file. A FIFO or a device is opened as it is. Throws a
 * Fault, or the system's error.
 */
function openOwn(path: string): number {
  // Checks before opening, which for a FIFO waits for its reader.
  refuseForeign(path, lstatSync(path));
  const file = openSync(path, FLAGS);
  try {
    const opened = fstatSync(file);
    refuseForeign(path, opened);
    if (opened.isFile()) ftruncateSync(file);
    return file;
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function refuseForeign(path: string, file: Stats): void {
  if (file.isSymbolicLink()) throw refused(path, IS_LINK);
  // Only root creates devices, and folders cannot be opened for writing.
  if (file.isCharacterDevice() || file.isDirectory()) return;
  const fault = file.isFIFO() ? (isForeign(file) ? 'belongs to another user' : null) : whyNotOwn(file);
  if (fault !== null) throw refused(path, fault);
}

/**
 * Throws a Fault if an export path is a link, or if two of all paths are the same file, through whatever links. The
 * same device or FIFO may be given twice.
 */
export function refuseLinks(exports: readonly string[], log: readonly string[]): void {
  const link = exports.find((path) => !isDescriptor(path) && lookAt(path, lstatSync)?.isSymbolicLink() === true);
  if (link !== undefined) throw refused(link, IS_LINK);
  const paths = [...exports, ...log];
  const files = paths.flatMap((path) => (path === '-' || isDescriptor(path) ? [] : (identityOf(path) ?? [])));
  if (new Set(files).size < files.length) throw usageFault('--export-maps, --export-kernel and --log must be different files');
}

function isDescriptor(path: string): boolean {
  return path === '/dev/stderr' || DESCRIPTOR.test(path);
}

/** null: not a file that would be overwritten. */
function identityOf(path: string): string | null {
  const there = lookAt(path, statSync);
  if (there !== null) return there.isFile() ? `${there.dev}:${there.ino}` : null;
  try {
    return join(realpathSync(dirname(resolve(path))), basename(path));
  } catch {
    return resolve(path);
  }
}

/** null: it does not exist or cannot be reached; opening it will tell why. */
function lookAt(path: string, stat: (path: string) => Stats): Stats | null {
  try {
    return stat(path);
  } catch {
    return null;
  }
}

function refused(path: string, why: string): Fault {
  return new Fault(`${escapeText(path)} ${why}, so nothing was written to it; remove it, or name another file`);
}

function unwritable(path: string, error: unknown): Fault {
  const why = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
  return new Fault(`${escapeText(path)} cannot be written: ${why}`);
}
