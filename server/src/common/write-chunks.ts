import type { Writable } from 'node:stream';

/** Writes chunks one after the other, so that no more than one is held. Rejects with the stream's error. */
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
