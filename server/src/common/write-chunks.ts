import type { Writable } from 'node:stream';

/** Writes chunks one by one, so that only one is in memory at a time. Rejects with the stream's error. */
export async function writeChunks(stream: Writable, chunks: Iterable<string>): Promise<void> {
  for (const chunk of chunks) {
    await new Promise<void>((resolve, reject) => {
      stream.write(chunk, (error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  }
}
