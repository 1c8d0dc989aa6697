import { Fault } from './fault.ts';
import { writeChunks } from './write-chunks.ts';

/**
 * Writes chunks to standard output, as fast as the other end reads. If the other end closes the pipe (`| head`),
 * writing ends without an error. Throws a Fault for other errors.
 */
export async function writeOut(chunks: Iterable<string>): Promise<void> {
  // The callbacks of write() report errors too. Without a listener, 'error' would end the process.
  process.stdout.on('error', () => undefined);
  try {
    await writeChunks(process.stdout, chunks);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'EPIPE') throw new Fault(`standard output cannot be written: ${message.replace(/, write$/, '')}`);
  }
}
