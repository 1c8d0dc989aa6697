import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { escapeText } from '@procmap/shared/escape.ts';
import { Fault } from '../fault.ts';
import { writeOut } from '../stdout.ts';
import { writeChunks } from '../write-chunks.ts';

/** Of a new file: it tells what address-space randomisation hides, to its owner only. */
const MODE = 0o600;

/** Writes a file anew, or standard output for `-`. Throws a Fault. */
export async function writeFileOrOut(path: string, chunks: Iterable<string>): Promise<void> {
  if (path === '-') {
    await writeOut(chunks);
    return;
  }
  const file = createWriteStream(path, { mode: MODE });
  try {
    const done = finished(file);
    // Told by writeChunks() as well.
    done.catch(() => undefined);
    await writeChunks(file, chunks);
    file.end();
    await done;
  } catch (error) {
    file.destroy();
    const why = (error instanceof Error ? error.message : String(error)).replace(/, \w+( '.*')?$/s, '');
    throw new Fault(`${escapeText(path)} cannot be written: ${why}`);
  }
}
