import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { escapeText } from '@procmap/shared/escape.ts';
import { Fault } from '../fault.ts';
import { errnoName } from '../reader/outcome.ts';

/** Writes chunks to standard output as fast as it takes them. Who reads it may stop (`| head`): then there is no more to do. Throws a Fault. */
export async function writeOut(chunks: Iterable<string>): Promise<void> {
  try {
    // Its errors come by the callbacks of write() too; without a listener they would end the process.
    process.stdout.on('error', () => undefined);
    await writeAll(process.stdout, chunks);
  } catch (error) {
    if (errnoName(error) !== 'EPIPE') throw new Fault(`standard output cannot be written: ${messageOf(error)}`);
  }
}

/** Writes a file anew, or standard output for `-`. Throws a Fault. */
export async function writeFileOrOut(path: string, chunks: Iterable<string>): Promise<void> {
  if (path === '-') {
    await writeOut(chunks);
    return;
  }
  const file = createWriteStream(path);
  try {
    const done = finished(file);
    // Told by writeAll() as well.
    done.catch(() => undefined);
    await writeAll(file, chunks);
    file.end();
    await done;
  } catch (error) {
    file.destroy();
    throw new Fault(`${escapeText(path)} cannot be written: ${messageOf(error)}`);
  }
}

/** Waits for each chunk to be taken, so that no more than one is held. Rejects with the stream's error. */
async function writeAll(stream: Writable, chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    await new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message.replace(/, \w+( '.*')?$/s, '') : String(error);
}
