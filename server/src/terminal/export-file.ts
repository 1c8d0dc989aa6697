import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { escapeText } from '@procmap/shared/escape.ts';
import { Fault } from '../fault.ts';
import { writeOut } from '../stdout.ts';
import { writeChunks } from '../write-chunks.ts';
import { createFile, OWNER_ONLY } from './new-file.ts';

/** Writes a file anew, or standard output for `-`. Throws a Fault. */
export async function writeFileOrOut(path: string, chunks: Iterable<string>): Promise<void> {
  if (path === '-') {
    await writeOut(chunks);
    return;
  }
  let file: WriteStream | null = null;
  try {
    const made = createFile(path, false);
    file = createWriteStream(path, made === null ? { mode: OWNER_ONLY } : { fd: made });
    const done = finished(file);
    // Told by writeChunks() as well.
    done.catch(() => undefined);
    await writeChunks(file, chunks);
    file.end();
    await done;
  } catch (error) {
    file?.destroy();
    const why = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
    throw new Fault(`${escapeText(path)} cannot be written: ${why}`);
  }
}
